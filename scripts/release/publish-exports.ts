import type { Exports } from "./tarballs.ts";

/** The condition under which the workspace reads sources instead of builds. Never published: `src` is not packed. */
const sourceCondition = "@safelight/source";

/** The exports map of the published package. */
export function toPublishedExports(exports: Exports): Exports {
  return Object.fromEntries(
    Object.entries(exports).map(([entry, target]) => [
      entry,
      typeof target === "string" ? target : withoutSource(target),
    ]),
  );
}

function withoutSource(target: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(target).filter(([condition]) => condition !== sourceCondition));
}
