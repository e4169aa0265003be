import { expect, it } from "vitest";
import { checkSteps } from "./check-steps.ts";
import { type OrderedStep, runSteps } from "./run-steps.ts";

/** Runs steps that end when the test says so. */
function controlled(steps: readonly OrderedStep[], slots: number) {
  const started: string[] = [];
  const ends = new Map<string, (isPassed: boolean) => void>();
  const left = runSteps(steps, {
    slots,
    run: ({ name }) => {
      started.push(name);
      return new Promise((resolve) => {
        ends.set(name, resolve);
      });
    },
  });
  return {
    started,
    left,
    /** Ends a running step, and lets the next ones start. */
    end: async (name: string, isPassed = true) => {
      ends.get(name)?.(isPassed);
      await new Promise(setImmediate);
    },
  };
}

it("runs as many steps at once as there are slots, in the order of the list", async () => {
  const run = controlled([{ name: "a" }, { name: "b" }, { name: "c" }], 2);
  expect(run.started).toEqual(["a", "b"]);
  await run.end("b");
  expect(run.started).toEqual(["a", "b", "c"]);
  await run.end("a");
  await run.end("c");
  expect(await run.left).toEqual([]);
});

it("starts a step after those that it names; a later step takes the slot until then", async () => {
  const run = controlled([{ name: "build" }, { name: "pack", after: ["build"] }, { name: "tests" }], 2);
  expect(run.started).toEqual(["build", "tests"]);
  await run.end("build");
  expect(run.started).toEqual(["build", "tests", "pack"]);
});

it("starts no step after a failure, waits for those that run, and returns the others", async () => {
  const run = controlled([{ name: "a" }, { name: "b" }, { name: "c" }], 2);
  await run.end("a", false);
  expect(run.started).toEqual(["a", "b"]);
  await run.end("b");
  expect(await run.left).toEqual([{ name: "c" }]);
});

it("refuses a step that names one that is not before it", async () => {
  const run = async () => true;
  await expect(runSteps([{ name: "a", after: ["b"] }, { name: "b" }], { slots: 1, run })).rejects.toThrow(/"a".*"b"/);
});

it("knows every step of the check", async () => {
  const names: string[] = [];
  const run = async ({ name }: OrderedStep) => names.push(name) > 0;
  expect(await runSteps(checkSteps, { slots: 2, run })).toEqual([]);
  expect(names).toHaveLength(checkSteps.length);
});
