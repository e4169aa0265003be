import type { AnySafelightClient } from "@safelight/client";
import { useEffect, useRef } from "react";
import { withModule } from "../connection/late-module.js";
import type { LiveOptions } from "../connection/use-live.js";
import { useActiveGenerationOf } from "../hooks/use-active-generation.js";
import { noticesModule } from "./notices-module.js";
import type { TitleCounts } from "./page-title.js";

/** Options of `useTitleBadge`. An omitted filter matches every generation. */
export interface UseTitleBadgeOptions<Model extends string = string> extends LiveOptions {
  readonly model?: Model | undefined;
  readonly scope?: string | undefined;
  /**
   * Computes the title. If it throws, the error goes to `reportError`, and the page's own title stays.
   * @default "(2) Title" with two unseen generations, else "… Title" while one is in progress
   */
  readonly title?: ((title: string, counts: TitleCounts) => string) | undefined;
}

export function useTitleBadgeOf(client: AnySafelightClient, { title, ...options }: UseTitleBadgeOptions = {}): void {
  const { count, unseenCount } = useActiveGenerationOf(client, options);
  const badge = useRef({ title, count, unseenCount });
  useEffect(() => {
    badge.current = { title, count, unseenCount };
    noticesModule.loaded?.refreshTitle();
  });
  useEffect(() => withModule(noticesModule, { run: ({ decorateTitle }) => decorateTitle(badge) }), []);
}
