import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { underSignal } from "../requests/abort.js";
import { liveIterable } from "./live-iterable.js";

/** Yields the numbers, then waits for ever. */
async function* thenWait(numbers: readonly number[], signal: AbortSignal): AsyncGenerator<number> {
  yield* numbers;
  await underSignal({ signal, arm: () => () => {} }, () => new Promise(() => {}));
}

async function collect(values: AsyncIterable<number>): Promise<readonly number[]> {
  const collected: number[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

describe("liveIterable", () => {
  it("ends quietly when the signal is aborted while the next value is awaited", async () => {
    const controller = new AbortController();
    const values: number[] = [];
    const iteration = (async () => {
      for await (const value of liveIterable(controller.signal, (signal) => thenWait([1, 2], signal))) {
        values.push(value);
        if (value === 2) queueMicrotask(() => controller.abort());
      }
    })();
    await expect(iteration).resolves.toBeUndefined();
    expect(values).toEqual([1, 2]);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("gives nothing after an abort, also of what is there already", async () => {
    const controller = new AbortController();
    const values: number[] = [];
    for await (const value of liveIterable(controller.signal, (signal) => thenWait([1, 2, 3], signal))) {
      values.push(value);
      controller.abort();
    }
    expect(values).toEqual([1]);
  });

  it("gives nothing under a signal that is aborted already", async () => {
    const signal = AbortSignal.abort();
    expect(await collect(liveIterable(signal, (own) => thenWait([1], own)))).toEqual([]);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("lets go at once when it is left, even while the next value is awaited", async () => {
    const { signal } = new AbortController();
    const iterator = liveIterable(signal, (own) => thenWait([1], own))[Symbol.asyncIterator]();
    await iterator.next();
    const next = iterator.next();
    await iterator.return?.();
    await expect(next).resolves.toEqual({ done: true, value: undefined });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("lets go when the loop is left by break", async () => {
    const { signal } = new AbortController();
    const owns: AbortSignal[] = [];
    const values = liveIterable(signal, (own) => {
      owns.push(own);
      return thenWait([1, 2], own);
    });
    for await (const _ of values) break;
    expect(owns.map(({ aborted }) => aborted)).toEqual([true]);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("runs a loop of its own for each iteration", async () => {
    let runs = 0;
    const values = liveIterable(undefined, async function* () {
      runs += 1;
      yield runs;
    });
    expect(await collect(values)).toEqual([1]);
    expect(await collect(values)).toEqual([2]);
  });

  it("passes on an error that is no abort", async () => {
    const error = new Error("signed out");
    const run = async function* () {
      yield 1;
      throw error;
    };
    await expect(collect(liveIterable(undefined, run))).rejects.toBe(error);
  });
});
