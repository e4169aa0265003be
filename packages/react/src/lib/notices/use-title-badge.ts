import type { AnySafelightClient } from "@safelight/client";
import { useEffect, useState } from "react";
import { lateModule, withModule } from "../connection/late-module.js";
import type { LiveOptions } from "../connection/use-live.js";
import { type ActiveView, useActiveGenerationOf } from "../hooks/use-active-generation.js";
import type { TitleDecorator } from "./page-title.js";
import { reportHostError } from "./report-host-error.js";

/** The code that writes the title. A page loads it when the hook is mounted. */
export const pageTitleModule = /* @__PURE__ */ lateModule(() => import("./page-title.js"));

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
    pageTitleModule.loaded?.refreshTitle();
  });
  useEffect(() => withModule(pageTitleModule, { run: ({ decorateTitle }) => decorateTitle(decorator) }), [decorator]);
}

function withCount(title: string, { count, unseenCount }: Pick<ActiveView, "count" | "unseenCount">): string {
  if (unseenCount > 0) return `(${unseenCount}) ${title}`;
  return count > 0 ? `… ${title}` : title;
}
