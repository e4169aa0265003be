import { expect, test } from "vitest";
import { type Defer, withCleanup } from "./with-cleanup.ts";

/** What was let go of, in order, and how it ended. */
async function outcomeOf(work: (defer: Defer, ended: string[]) => Promise<unknown>) {
  const ended: string[] = [];
  const outcome = await withCleanup((defer) => work(defer, ended)).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  return { ended, outcome };
}

test("lets go of the last first, and answers with what the work came to", async () => {
  const { ended, outcome } = await outcomeOf(async (defer, ended) => {
    defer(() => ended.push("folder"));
    defer(() => ended.push("server"));
    return 7;
  });
  expect(ended).toEqual(["server", "folder"]);
  expect(outcome).toEqual({ value: 7 });
});

test("lets go of what was started where the next thing does not start", async () => {
  const failure = new Error("The server does not start.");
  const { ended, outcome } = await outcomeOf(async (defer, ended) => {
    defer(() => ended.push("folder"));
    throw failure;
  });
  expect(ended).toEqual(["folder"]);
  expect(outcome).toEqual({ error: failure });
});

test("lets go of all others where one cannot be let go of, and tells of it", async () => {
  const failure = new Error("It does not stop.");
  const { ended, outcome } = await outcomeOf(async (defer, ended) => {
    defer(() => ended.push("folder"));
    defer(() => Promise.reject(failure));
  });
  expect(ended).toEqual(["folder"]);
  expect(outcome).toEqual({ error: failure });
});

test("waits for one before it lets go of the next", async () => {
  const { ended } = await outcomeOf(async (defer, ended) => {
    defer(() => ended.push("folder"));
    defer(async () => {
      await Promise.resolve();
      ended.push("server");
    });
  });
  expect(ended).toEqual(["server", "folder"]);
});
