import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { done, type ProviderScript, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { LogFields } from "../../ports/logger.js";
import type { CancelOutcome, LookupOutcome, OperationStatus, SubmitOutcome } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const circular: Record<string, unknown> = {};
circular.self = circular;
const deep: unknown = JSON.parse(`${"[".repeat(1_500)}${"]".repeat(1_500)}`);

const holes = Object.assign([], { 0: { bytes: tinyPng(1) }, 2: { bytes: tinyPng(2) } });
const impostor = { [Symbol.toStringTag]: "Uint8Array", byteLength: 10 };

/** Bytes whose buffer was transferred away. */
function detached(): Uint8Array {
  const bytes = new Uint8Array(tinyPng());
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

/** Bytes in another kind of buffer. */
function within<B extends ArrayBufferLike>(buffer: B): Uint8Array<B> {
  const bytes = new Uint8Array(buffer, 3, tinyPng().byteLength);
  bytes.set(tinyPng());
  return bytes;
}

// The casts stand for providers that violate their types: hosts without types, and vendors that changed.
const asOutcome = (response: unknown) => response as SubmitOutcome;
const asStatus = (response: unknown) => response as OperationStatus;

describe("a worker whose provider returns an invalid outcome of a paid request", () => {
  it.each([
    ["nothing", undefined],
    ["null", null],
    ["a string", "accepted"],
    ["an unknown type", { type: "ok" }],
    ["an operation that is not JSON", { type: "accepted", operation: circular }],
    ["an operation that is a bigint", { type: "accepted", operation: 1n }],
    ["an operation that is nested too deeply", { type: "accepted", operation: deep }],
    ["an operation that is too large", { type: "accepted", operation: { raw: "x".repeat(70_000) } }],
    ["no outputs", { type: "done" }],
    ["outputs without bytes", { type: "done", outputs: [{ contentType: "image/png" }] }],
    ["outputs with holes", { type: "done", outputs: holes }],
    ["a fake byte array", { type: "done", outputs: [{ bytes: impostor }] }],
    ["a detached byte array", { type: "done", outputs: [{ bytes: detached() }] }],
  ])("treats %s as an unknown outcome and sends no second request", async (_case, response) => {
    const provider = scriptedProvider({ submit: [asOutcome(response)], findByToken: [{ type: "unknown" }] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.step();
      expect(await given.generation(id)).toMatchObject({ state: "reconciling", attempts: 1, expiredLeases: 0 });
      expect(await given.runTo(id)).toMatchObject({ state: "failed", failureCode: "outcome_unknown" });
      expect(provider.submits).toHaveLength(1);
      expect(given.log.filter((line) => line.startsWith("error"))).toEqual([]);
    })();
  });

  it.each([
    ["with a lookup", { findByToken: [{ type: "unknown" }] as const }],
    ["without a lookup", {}],
  ])("logs why the operation of a provider %s is invalid", async (_case, script) => {
    const reasons: unknown[] = [];
    const warn = (_message: string, fields?: LogFields) => reasons.push(fields?.reason);
    const logger = { debug() {}, info() {}, warn, error() {} };
    const provider = scriptedProvider({ ...script, submit: [asOutcome({ type: "accepted", operation: deep })] });
    await bench({ provider, worker: { logger } }, async (given) => {
      await given.runTo(await given.submit());
      expect(reasons[0]).toMatch(/JSON of at most 65536 bytes and 64 levels: its adapter must leave out/);
    })();
  });

  it("logs the stack and the cause of an error that a provider throws", async () => {
    const reasons: unknown[] = [];
    const warn = (_message: string, fields?: LogFields) => reasons.push(fields?.reason);
    const logger = { debug() {}, info() {}, warn, error() {} };
    const failingSubmit = () => {
      throw new TypeError("my function broke", { cause: new Error("no such lens") });
    };
    const provider = scriptedProvider({ submit: [failingSubmit] });
    await bench({ provider, worker: { logger } }, async (given) => {
      await given.runTo(await given.submit());
      expect(reasons[0]).toMatch(
        /^TypeError: my function broke\n {4}at .*failingSubmit .*\n[\s\S]*caused by Error: no such lens\n/,
      );
    })();
  });

  it("retries the lookup of a job that was found with an invalid operation", async () => {
    // The cast stands for a provider that violates its types.
    const findByToken = [{ type: "found", operation: deep } as LookupOutcome, { type: "found", operation: 1 } as const];
    const provider = scriptedProvider({ submit: [{ type: "unknown", reason: "cut" }], findByToken });
    await bench({ provider }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({ state: "completed", attempts: 1 });
      expect(provider.polls).toEqual([1]);
      expect(given.log).toContain("warn Could not look up a lost job; retrying.");
    })();
  });

  it("treats a missing operation as null", async () => {
    const provider = scriptedProvider({ submit: [asOutcome({ type: "accepted" })] });
    await bench({ provider }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({ state: "completed", expiredLeases: 0 });
      expect(provider.polls).toEqual([null]);
    })();
  });

  it.each([Number.NaN, -5_000, Number.POSITIVE_INFINITY, 1e300, "soon", null])(
    "retries after an invalid `retryAfterMs` of %s",
    async (retryAfterMs) => {
      const failure = { code: "rate_limited", message: "too many", retryAfterMs };
      const provider = scriptedProvider({
        submit: [asOutcome({ type: "rejected", failure }), { type: "accepted", operation: 1 }],
      });
      await bench({ provider, model: { deadlineMs: 200_000_000 } }, async (given) => {
        const id = await given.submit();
        await given.step();
        expect(await given.generation(id)).toMatchObject({ state: "retry_wait", expiredLeases: 0 });
        expect(await given.runTo(id)).toMatchObject({ state: "completed", attempts: 2 });
      })();
    },
  );

  it.each([
    ["an unknown code", { code: "quota", message: "no" }],
    ["an inherited property name as a code", { code: "toString", message: "no" }],
    ["no failure", undefined],
  ])("treats %s as a failure of the provider", async (_case, failure) => {
    await bench(
      { provider: scriptedProvider({ submit: [asOutcome({ type: "rejected", failure })] }) },
      async (given) => {
        const generation = await given.runTo(await given.submit());
        expect(generation).toMatchObject({
          failureCode: "provider_failed",
          attempts: 1,
          expiredLeases: 0,
          refundedCredits: 4,
        });
      },
    )();
  });
});

describe("a worker whose provider returns unusual byte arrays", () => {
  it.each([
    ["in shared memory", within(new SharedArrayBuffer(1_000))],
    ["in a pool", within(Buffer.alloc(1_000).buffer)],
    ["of another realm", runInNewContext("Uint8Array").from(tinyPng())],
  ])("stores outputs and previews that are %s", async (_case, bytes) => {
    const preview = { bytes, contentType: "image/png" };
    const outputs = [preview];
    const scripts: readonly ProviderScript<unknown>[] = [
      { capabilities: { resumable: false }, submit: [{ type: "done", outputs }] },
      {
        poll: [
          { type: "running", progress: 0.5, preview },
          { type: "done", outputs },
        ],
      },
    ];
    for (const script of scripts) {
      await bench({ provider: scriptedProvider(script) }, async (given) => {
        const generation = await given.runTo(await given.submit());
        expect(generation).toMatchObject({ state: "completed", expiredLeases: 0 });
        expect(await given.stored(generation.outputs[0]?.storageKey)).toEqual(tinyPng());
        expect(given.log).toEqual([]);
      })();
    }
  });
});

describe("a worker whose provider returns an invalid status of a job", () => {
  it.each([
    ["nothing", undefined],
    ["an unknown type", { type: "working" }],
    ["no outputs", { type: "done" }],
    ["outputs without bytes", { type: "done", outputs: [null] }],
    ["outputs with holes", { type: "done", outputs: holes }],
    ["a fake byte array", { type: "done", outputs: [{ bytes: impostor }] }],
    ["a detached byte array", { type: "done", outputs: [{ bytes: detached() }] }],
    ["a preview with a fake byte array", { type: "running", progress: 0.5, preview: { bytes: impostor } }],
    ["a preview with a detached byte array", { type: "running", progress: 0.5, preview: { bytes: detached() } }],
    ["a preview without bytes", { type: "running", progress: 0.5, preview: { url: "https://example.com" } }],
    ["progress that is not a number", { type: "running", progress: "half" }],
    ["a queue position that is not a number", { type: "queued", queuePosition: Number.NaN, pollAfterMs: Number.NaN }],
  ])("polls again after %s", async (_case, response) => {
    const provider = scriptedProvider({ poll: [asStatus(response), done()] });
    await bench({ provider }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      await given.nextStep();
      expect(await given.generation(id)).toMatchObject({ state: "running", expiredLeases: 0 });
      expect(await given.runTo(id)).toMatchObject({ state: "completed", attempts: 1 });
      expect(given.log.filter((line) => line.startsWith("error"))).toEqual([]);
    })();
  });

  it("polls again for a result after an unknown status", async () => {
    const announced = asStatus({ type: "failed", failure: { code: "download_failed", message: "cut" } });
    await bench(
      { provider: scriptedProvider({ poll: [announced, asStatus({ type: "ready" }), done()] }) },
      async (given) => {
        expect((await given.runTo(await given.submit())).state).toBe("completed");
      },
    )();
  });

  it("treats an unknown code as a failure of the provider", async () => {
    const provider = scriptedProvider({
      poll: [asStatus({ type: "failed", failure: { code: "E_GPU", message: "no" } })],
    });
    await bench({ provider }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({
        failureCode: "provider_failed",
        expiredLeases: 0,
      });
    })();
  });

  it("continues a job after an invalid outcome of its cancel", async () => {
    // The cast stands for a provider that violates its types.
    const provider = scriptedProvider({
      poll: [{ type: "queued", queuePosition: 1 }, done()],
      cancel: [{ ok: true } as unknown as CancelOutcome],
    });
    await bench({ provider, model: { dropOnCancel: false } }, async (given) => {
      const id = await given.submit();
      await given.runTo(id, "running");
      await given.cancel(id);
      expect((await given.runTo(id)).state).toBe("completed");
    })();
  });

  it("retries the lookup of a lost job after an invalid result", async () => {
    // The cast stands for a provider that violates its types.
    const nonsense = { type: "missing", operation: { job: 0 } } as unknown as LookupOutcome;
    const lost = { type: "unknown", reason: "cut" } as const;
    const provider = scriptedProvider({
      submit: [lost],
      findByToken: [nonsense, { type: "found", operation: { job: 7 } }],
    });
    await bench({ provider }, async (given) => {
      expect((await given.runTo(await given.submit())).state).toBe("completed");
      expect(provider.polls).toEqual([{ job: 7 }]);
      expect(provider.submits).toHaveLength(1);
    })();
  });
});
