import type { AnySafelightClient } from "@safelight/client";
import { useEffect, useState } from "react";
import type { LiveOptions } from "../connection/use-live.js";
import { type ActiveView, useActiveGenerationOf } from "../hooks/use-active-generation.js";
import { decorateTitle, refreshTitle, type TitleDecorator } from "./page-title.js";
import { reportHostError } from "./report-host-error.js";

/** Options of `useTitleBadge`. An omitted filter matches every generation. */
export interface UseTitleBadgeOptions<Model extends string = string> extends LiveOptions {
  readonly model?: Model | undefined;
  readonly scope?: string | undefined;
  /**
   * Computes the title. If it throws, the error goes to `reportError`, and the page's own title stays.
   * @default "(2) Title" with two unseen generations, else "… Title" while one is in progress
   */
  readonly title?: ((title: string, counts: Pick<ActiveView, "count" | "unseenCount">) => string) | undefined;
}

export function useTitleBadgeOf(
  client: AnySafelightClient,
  { title = withCount, ...options }: UseTitleBadgeOptions = {},
): void {
  const { count, unseenCount } = useActiveGenerationOf(client, options);
  const [decorator] = useState<TitleDecorator>(() => ({ decorate: (own) => own }));
  useEffect(() => {
    decorator.decorate = (own) => {
      try {
        return title(own, { count, unseenCount });
      } catch (error) {
        reportHostError(error);
        return own;
      }
    };
    refreshTitle();
  });
  useEffect(() => decorateTitle(decorator), [decorator]);
}

function withCount(title: string, { count, unseenCount }: Pick<ActiveView, "count" | "unseenCount">): string {
  if (unseenCount > 0) return `(${unseenCount}) ${title}`;
  return count > 0 ? `… ${title}` : title;
}
