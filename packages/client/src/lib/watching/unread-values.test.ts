import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { FakeEnvironment } from "../../../test/fake-environment.js";
import { lateIterable } from "./late-iterable.js";
import { type Emit, type Source, snapshotKey, unreadValues } from "./unread-values.js";

/** The iterable of a client's call. */
const iterableOf = <Value>(signal: AbortSignal | undefined, source: Source<Value>) =>
  lateIterable({
    environment: new FakeEnvironment(),
    loadLate: () => import("./live-calls.js"),
    signal,
    open: (_, own) => unreadValues(own, source),
  });

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Emits the numbers, each under its own key, and ends when the signal aborts. */
const emitting =
  (...numbers: readonly number[]): Source<number> =>
  async (signal, emit) => {
    for (const number of numbers) emit(number, `gen_${number}`);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
  };

async function collect(values: AsyncIterable<number>): Promise<readonly number[]> {
  const collected: number[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

/** An iteration whose source the test controls. */
function controlled() {
  let emit: Emit<string> = () => {};
  let end = () => {};
  const iterator = unreadValues<string>(new AbortController().signal, (_, given) => {
    emit = given;
    return new Promise((resolve) => {
      end = resolve;
    });
  });
  return {
    iterator,
    emit: (value: string, key: string) => emit(value, key),
    end: () => end(),
    /** The unread values. */
    rest: async (): Promise<readonly string[]> => {
      end();
      const rest: string[] = [];
      for (let step = await iterator.next(); !step.done; step = await iterator.next()) rest.push(step.value);
      return rest;
    },
  };
}

describe("unreadValues", () => {
  it("ends without an error when the signal aborts while the next value is awaited", async () => {
    const controller = new AbortController();
    const values: number[] = [];
    const iteration = (async () => {
      for await (const value of iterableOf(controller.signal, emitting(1, 2))) {
        values.push(value);
        if (value === 2) queueMicrotask(() => controller.abort());
      }
    })();
    await expect(iteration).resolves.toBeUndefined();
    expect(values).toEqual([1, 2]);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("yields no unread value after an abort", async () => {
    const controller = new AbortController();
    const values: number[] = [];
    for await (const value of iterableOf(controller.signal, emitting(1, 2, 3))) {
      values.push(value);
      controller.abort();
    }
    expect(values).toEqual([1]);
  });

  it("yields nothing under an aborted signal", async () => {
    const signal = AbortSignal.abort();
    expect(await collect(iterableOf(signal, emitting(1)))).toEqual([]);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("aborts the source at once when the iteration is left while the next value is awaited", async () => {
    const { signal } = new AbortController();
    const iterator = iterableOf(signal, emitting(1))[Symbol.asyncIterator]();
    await iterator.next();
    const next = iterator.next();
    await iterator.return?.();
    await expect(next).resolves.toEqual({ done: true, value: undefined });
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("aborts the source when the loop is left by break", async () => {
    const { signal } = new AbortController();
    const owns: AbortSignal[] = [];
    const values = iterableOf<number>(signal, (own, emit) => {
      owns.push(own);
      return emitting(1, 2)(own, emit);
    });
    for await (const _ of values) break;
    expect(owns.map(({ aborted }) => aborted)).toEqual([true]);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("runs the source once for each iteration, from its first step", async () => {
    let runs = 0;
    const values = iterableOf<number>(undefined, async (_, emit) => {
      runs += 1;
      emit(runs, "run");
    });
    expect(runs).toBe(0);
    expect(await collect(values)).toEqual([1]);
    expect(await collect(values)).toEqual([2]);
  });

  it("rejects with the error of the source after the unread values", async () => {
    const error = new Error("signed out");
    const values = iterableOf<number>(undefined, async (_, emit) => {
      emit(1, "one");
      throw error;
    });
    const iterator = values[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: 1 });
    await expect(iterator.next()).rejects.toBe(error);
    await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it("ignores an error of the source after an abort", async () => {
    const controller = new AbortController();
    const values = unreadValues<number>(controller.signal, async (own) => {
      await new Promise((resolve) => own.addEventListener("abort", resolve));
      throw new Error("aborted");
    });
    const collected = collect(values);
    controller.abort();
    await expect(collected).resolves.toEqual([]);
  });

  it("replaces an unread value by a newer one with the same key, in the order of the newest", async () => {
    const { iterator, emit, rest } = controlled();
    const first = iterator.next();
    emit("first", "gen_0");
    await first;
    for (const [value, key] of [
      ["a1", "gen_a"],
      ["b1", "gen_b"],
      ["a2", "gen_a"],
      ["live", "connection"],
      ["b2", "gen_b"],
    ] as const)
      emit(value, key);
    expect(await rest()).toEqual(["a2", "live", "b2"]);
  });

  it("keeps at most one unread value for each key, however many are emitted", async () => {
    const { iterator, emit, rest } = controlled();
    const first = iterator.next();
    emit("first", "gen_0");
    await first;
    for (let index = 0; index < 10_000; index += 1) emit(`v${index}`, `gen_${index % 3}`);
    expect(await rest()).toEqual(["v9997", "v9998", "v9999"]);
  });

  it("drops unread changes before a snapshot, and keeps those after it and other values", async () => {
    const { iterator, emit, rest } = controlled();
    const first = iterator.next();
    emit("first", "gen_0");
    await first;
    emit("before", "gen_a");
    emit("balance", "credits");
    emit("snapshot 1", snapshotKey);
    emit("between", "gen_b");
    emit("snapshot 2", snapshotKey);
    emit("after", "gen_a");
    expect(await rest()).toEqual(["balance", "snapshot 2", "after"]);
  });

  it("yields values that are emitted while the reader works on another one", async () => {
    const { iterator, emit, end } = controlled();
    const first = iterator.next();
    emit("a", "gen_a");
    expect(await first).toEqual({ done: false, value: "a" });
    await turn();
    emit("b", "gen_b");
    expect(await iterator.next()).toEqual({ done: false, value: "b" });
    end();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });
});
