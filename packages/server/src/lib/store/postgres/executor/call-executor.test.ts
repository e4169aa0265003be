import { describe, expect, it, onTestFinished, vi } from "vitest";
import { StoreUnavailable } from "../../../ports/store/store-unavailable.js";
import type { ClientAdapter } from "../client/postgres-client.js";
import { CallExecutor } from "./call-executor.js";

/** An executor on replies of the test: errors by their code, or rows. */
function executorOn(replies: readonly (string | { readonly j: string | null })[], busyTimeoutMs = 60_000) {
  const warnings: unknown[][] = [];
  let sent = 0;
  const send: ClientAdapter["send"] = async () => {
    const reply = replies[Math.min(sent, replies.length - 1)];
    sent += 1;
    if (typeof reply === "string") throw Object.assign(new Error("refused"), { code: reply });
    return reply === undefined ? [] : [reply];
  };
  const logger = { warn: (...line: unknown[]) => warnings.push(line) };
  const executor = new CallExecutor({
    client: { send, maxConcurrent: 4 },
    busyTimeoutMs,
    random: () => 0,
    pollMs: 1_000,
    logger,
  });
  return { call: () => executor.call({ name: "settle", text: "", values: [] }), executor, warnings, count: () => sent };
}

describe("CallExecutor", () => {
  it.each(["40001", "40P01", "55P03", "53300", "57P01", "57P03", "08006", "25006", "ECONNRESET", "EPIPE"])(
    "sends a statement again after %s",
    async (code) => {
      const { call, count } = executorOn([code, { j: '{"done":1}' }]);
      expect(await call()).toEqual({ done: 1 });
      expect(count()).toBe(2);
    },
  );

  it.each(["22003", "23505", "42883", "54001", "P0002"])(
    "rejects at once with %s, which a repeat would meet again",
    async (code) => {
      const { call, count } = executorOn([code]);
      await expect(call()).rejects.toMatchObject({ code });
      expect(count()).toBe(1);
    },
  );

  it("finds the code in the cause of an error", async () => {
    const cause = Object.assign(new Error("inner"), { code: "23505" });
    const send = () => Promise.reject(new Error("outer", { cause }));
    const executor = new CallExecutor({
      client: { send, maxConcurrent: 4 },
      busyTimeoutMs: 60_000,
      random: () => 0,
      pollMs: 1_000,
      logger: undefined,
    });
    await expect(executor.call({ name: "settle", text: "", values: [] })).rejects.toThrow("outer");
  });

  it("rejects as busy if locks are held for too long", async () => {
    const error = await executorOn(["55P03"], 0)
      .call()
      .catch((thrown: unknown) => thrown);
    expect(StoreUnavailable.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ isBusy: true });
  });

  it("logs each deadlock as a warning, with their number", async () => {
    const { call, warnings } = executorOn(["40P01", "40001", "40P01", { j: null }]);
    await call();
    expect(warnings.map(([, fields]) => fields)).toEqual([
      { event: "store.deadlock", statement: "settle", deadlocks: 1 },
      { event: "store.deadlock", statement: "settle", deadlocks: 2 },
    ]);
  });

  it("parses the JSON", async () => {
    expect(await executorOn([{ j: '{"a":[1]}' }]).call()).toEqual({ a: [1] });
  });

  it("runs one long statement at a time, for longer than others and beside them", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const sent: string[] = [];
    const send: ClientAdapter["send"] = async ({ text }) => {
      sent.push(text);
      if (text === "long") await new Promise((resolve) => setTimeout(resolve, 200_000));
      return [{ j: '"done"' }];
    };
    const options = { busyTimeoutMs: 5_000, random: () => 0, pollMs: 1_000, logger: undefined };
    const executor = new CallExecutor({ ...options, client: { send, maxConcurrent: 2 } });
    const long = { name: "audit", text: "long", values: [], isLong: true };
    const results = [executor.call(long), executor.call(long)];
    expect(await executor.call({ name: "settle", text: "short", values: [] })).toBe("done");
    expect(sent).toEqual(["long", "short"]);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(await Promise.all(results)).toEqual(["done", "done"]);
  });

  it("rejects at once if the database responds with text that is no JSON", async () => {
    const { call, count } = executorOn([{ j: "{" }]);
    await expect(call()).rejects.toThrow(SyntaxError);
    expect(count()).toBe(1);
  });

  it("does not blame the URL if the database does not respond, or if all connections are in use", async () => {
    const send = () => new Promise<never>(() => {});
    const options = { busyTimeoutMs: 30, random: () => 0, pollMs: 1_000, logger: undefined };
    const executor = new CallExecutor({ ...options, client: { send, maxConcurrent: 1 } });
    const call = () => executor.call({ name: "settle", text: "", values: [] });
    const [sent, waiting] = await Promise.allSettled([call(), call()]);
    const advice = "check its state, its locks and its load.";
    expect(sent).toMatchObject({ reason: { message: expect.stringMatching(/did not respond \(no response within/) } });
    expect(waiting).toMatchObject({ reason: { message: expect.stringContaining("all 1 connections were in use") } });
    expect(waiting).toMatchObject({ reason: { message: expect.stringContaining(advice) } });
  });

  it("sends nothing after its time, although a pause before a retry ends later", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let sent = 0;
    const send = async () => {
      sent += 1;
      throw new Error("refused");
    };
    const options = { busyTimeoutMs: 19, random: () => 1, pollMs: 1_000, logger: undefined };
    const executor = new CallExecutor({ ...options, client: { send, maxConcurrent: 1 } });
    const rejected = expect(executor.call({ name: "settle", text: "", values: [] })).rejects.toThrow("refused");
    await vi.advanceTimersByTimeAsync(1_000);
    await rejected;
    expect(sent).toBe(1);
  });

  it("closes without waiting for a long statement", async () => {
    const send = () => new Promise<never>(() => {});
    const options = { busyTimeoutMs: 5_000, random: () => 0, pollMs: 1_000, logger: undefined };
    const executor = new CallExecutor({ ...options, client: { send, maxConcurrent: 1 } });
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    executor.call({ name: "audit", text: "long", values: [], isLong: true }).catch(() => {});
    await executor.close();
  });

  it("rejects after it was closed", async () => {
    const { call, executor } = executorOn([{ j: null }]);
    await executor.close();
    await expect(call()).rejects.toThrow("The store was closed.");
  });
});
