import { afterAll, expect, vi } from "vitest";
import { changedNames } from "./changed-names.ts";

// Setup of test files that share a worker: fails a file that leaves a global new or changed, or the environment or the
// clock changed, because the next files of the worker would run with it.
const globals = globalValues();
const environment = variables();
// `serve` of `@hono/node-server` replaces them, with other defaults.
const native = { Request, Response };

// Hooks run in reverse order, so this one is after the hooks of the file.
afterAll(() => {
  Object.assign(globalThis, native);
  expect(changedNames(globals, globalValues()), "globals that the file leaves new or changed").toEqual([]);
  expect(variables(), "the environment that the file leaves").toEqual(environment);
  expect(vi.isFakeTimers(), "whether the file leaves fake timers").toBe(false);
});

/** Values by name. Without getters, which Node replaces at the first use, and without `__name`: vitest's and zod's own. */
function globalValues(): ReadonlyMap<string, unknown> {
  const descriptors = Object.entries(Object.getOwnPropertyDescriptors(globalThis));
  return new Map(
    descriptors.flatMap(([name, { get, value }]) =>
      get !== undefined || name.startsWith("__") ? [] : [[name, value] as const],
    ),
  );
}

/** The environment without `VIPSHOME`, which sharp sets at import. */
function variables(): NodeJS.ProcessEnv {
  const { VIPSHOME: _, ...others } = process.env;
  return others;
}
