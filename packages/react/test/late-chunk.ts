import { onTestFinished } from "vitest";
import type { LateModule } from "../src/lib/connection/late-module.js";
import { recordedKeys } from "../src/lib/submit/record-submission.js";
import { closedGate } from "./gate.js";

/** Makes a loaded module late again until the end of the test, as on a page whose chunk has not arrived. */
export function lateChunk<Module>(module: LateModule<Module>) {
  const { loaded, importModule } = module;
  if (loaded === null) throw new Error("test/set-up.tsx loads all modules");
  let gate = closedGate();
  let failures = 0;
  let attempts = 0;
  Object.assign(module, { loaded: null, retryMs: 1_000 });
  module.importModule = async () => {
    attempts += 1;
    if (attempts <= failures) throw new TypeError("Failed to fetch dynamically imported module");
    await gate.before;
    return loaded;
  };
  const restore = () => Object.assign(module, { loaded, importModule, loading: null });
  onTestFinished(() => void restore());
  return {
    /** Number of attempts to load it. */
    attempts: () => attempts,
    /** The first attempts fail. */
    failFirst: (count: number) => {
      failures = count;
    },
    arrive: () => gate.open(),
    /** The page was reloaded: its new code has arrived. */
    restore: () => {
      gate = closedGate();
      recordedKeys.clear();
      restore();
    },
  };
}
