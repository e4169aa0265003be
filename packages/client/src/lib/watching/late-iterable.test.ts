import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { FakeEnvironment, nothingLeft } from "../../../test/fake-environment.js";
import { lateIterable } from "./late-iterable.js";

/** An iteration whose chunk never arrives, after its first `next`. */
function loading(signal?: AbortSignal) {
  const environment = new FakeEnvironment();
  const open = () => {
    throw new Error("The chunk has not arrived.");
  };
  const values = lateIterable({ environment, loadLate: () => new Promise(() => {}), signal, open });
  const iterator = values[Symbol.asyncIterator]();
  return { environment, iterator, next: iterator.next() };
}

/** Rejects if the promise is still pending after all microtasks. */
const settledNow = <Value>(promise: Promise<Value>): Promise<Value> =>
  Promise.race([
    promise,
    new Promise<Value>((_, reject) => setImmediate(() => reject(new Error("The iteration is still pending.")))),
  ]);

describe("lateIterable, while its chunk is loading", () => {
  it("ends without an error when the signal aborts, as after the timeout of `wait`", async () => {
    const controller = new AbortController();
    const { environment, next } = loading(controller.signal);
    controller.abort();
    await expect(settledNow(next)).resolves.toEqual({ done: true, value: undefined });
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    expect(environment.leftovers).toEqual(nothingLeft);
  });

  it("ends when the iteration is left", async () => {
    const { environment, iterator, next } = loading();
    const left = iterator.return?.();
    await expect(settledNow(next)).resolves.toEqual({ done: true, value: undefined });
    await expect(left).resolves.toEqual({ done: true, value: undefined });
    expect(environment.leftovers).toEqual(nothingLeft);
  });
});
