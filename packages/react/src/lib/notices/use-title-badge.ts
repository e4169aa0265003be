import type { AnySafelightClient } from "@safelight/client";
import { useEffect, useState } from "react";
import type { LiveOptions } from "../connection/use-live.js";
import { type ActiveView, useActiveGenerationOf } from "../hooks/use-active-generation.js";
import { holdTitle, showTitle, type TitleHolder } from "./page-title.js";
import { reportHostError } from "./report-host-error.js";

/** Options of `useTitleBadge`. What is left out does not narrow. */
export interface UseTitleBadgeOptions<Model extends string = string> extends LiveOptions {
  readonly model?: Model | undefined;
  readonly scope?: string | undefined;
  /**
   * What is made of the page's title. What it throws goes to `reportError`, and the title is the page's own.
   * @default "(2) Title" where two have ended and were not seen, else "… Title" while something is in progress
   */
  readonly title?: ((title: string, counts: Pick<ActiveView, "count" | "unseenCount">) => string) | undefined;
}

export function useTitleBadgeOf(
  client: AnySafelightClient,
  { title = withCount, ...options }: UseTitleBadgeOptions = {},
): void {
  const { count, unseenCount } = useActiveGenerationOf(client, options);
  const [holder] = useState<TitleHolder>(() => ({ decorate: (own) => own }));
  useEffect(() => {
    holder.decorate = (own) => {
      try {
        return title(own, { count, unseenCount });
      } catch (error) {
        reportHostError(error);
        return own;
      }
    };
    showTitle();
  });
  useEffect(() => holdTitle(holder), [holder]);
}

function withCount(title: string, { count, unseenCount }: Pick<ActiveView, "count" | "unseenCount">): string {
  if (unseenCount > 0) return `(${unseenCount}) ${title}`;
  return count > 0 ? `… ${title}` : title;
}
