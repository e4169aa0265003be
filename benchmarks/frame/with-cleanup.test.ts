import { expect, test } from "vitest";
import { type Defer, withCleanup } from "./with-cleanup.ts";

/** Runs the work, and returns its outcome and the order of the cleanups. */
async function outcomeOf(work: (defer: Defer, ended: string[]) => Promise<unknown>) {
  const ended: string[] = [];
  const outcome = await withCleanup((defer) => work(defer, ended)).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return { ended, outcome };
}

test("cleans up in reverse order, and returns the result of the work", async () => {
  const { ended, outcome } = await outcomeOf(async (defer, ended) => {
    defer(() => ended.push("folder"));
    defer(() => ended.push("server"));
    return 7;
  });
  expect(ended).toEqual(["server", "folder"]);
  expect(outcome).toEqual({ value: 7 });
});

test("cleans up the first resource when the second one does not start", async () => {
  const failure = new Error("The server does not start.");
  const { ended, outcome } = await outcomeOf(async (defer, ended) => {
    defer(() => ended.push("folder"));
    throw failure;
  });
  expect(ended).toEqual(["folder"]);
  expect(outcome).toEqual({ error: failure });
});

test("cleans up all others when one cleanup fails, and rejects with its error", async () => {
  const failure = new Error("It does not stop.");
  const { ended, outcome } = await outcomeOf(async (defer, ended) => {
    defer(() => ended.push("folder"));
    defer(() => Promise.reject(failure));
  });
  expect(ended).toEqual(["folder"]);
  expect(outcome).toEqual({ error: failure });
});

test("waits for a cleanup before the next one", async () => {
  const { ended } = await outcomeOf(async (defer, ended) => {
    defer(() => ended.push("folder"));
    defer(async () => {
      await Promise.resolve();
      ended.push("server");
    });
  });
  expect(ended).toEqual(["server", "folder"]);
});
