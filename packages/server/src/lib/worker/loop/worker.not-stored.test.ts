import { expect, it } from "vitest";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import type { LogFields } from "../../ports/logger.js";
import type { OperationStatus, ProviderOutput } from "../../ports/provider.js";
import type { Storage } from "../../ports/storage.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const limits = { deadlineMs: 10_000, requestedOutputs: 2 };
const storingGraceMs = 5_000;
const image = (index: number): ProviderOutput => ({ bytes: tinyPng(index), contentType: "image/png" });
const blocked: ProviderOutput = { failure: { code: "content_blocked", message: "The vendor filtered an image." } };
const polled = (...outputs: readonly ProviderOutput[]): OperationStatus => ({ type: "done", outputs });

/** A new provider for each way in which a worker gets two outputs. */
const ways = () => {
  const outputs = [image(0), image(1)];
  const submit = [{ type: "done", outputs }] as const;
  return [
    ["polls for", scriptedProvider({ poll: [polled(...outputs)] })],
    ["receives", scriptedProvider({ capabilities: { resumable: false }, submit })],
  ] as const;
};

const full = "no space left on device";
const fullError = { code: "download_failed", message: expect.stringContaining(full) };
const ofBlocked = { index: 0, code: "content_blocked", message: "The vendor filtered an image." };

/** Refuses the second output of each result. */
function halfStorage(): Storage {
  const memory = memoryStorage();
  const put: Storage["put"] = async (key, ...rest) => {
    if (key.includes("/1-")) throw new Error(full);
    return memory.put(key, ...rest);
  };
  return { ...memory, put };
}

async function detailOf({ store }: WorkerBench, id: string) {
  const detail = await store.getDetail({ id });
  if (detail === null) throw new Error("The generation is missing.");
  return { ...detail, failure: detail.attempts.at(-1)?.failure };
}

/** Runs ticks of the worker until the condition holds. */
async function runUntil(given: WorkerBench, isMet: () => Promise<boolean>): Promise<void> {
  given.worker.start();
  for (let steps = 0; !(await isMet()); steps += 1) {
    if (steps > 1_000) throw new Error("the condition was not met");
    await given.clock.advance(250);
  }
}

const hasEnded = (given: WorkerBench, id: string) => async () => (await given.generation(id)).finishedAt !== null;

it("keeps the error of a try beside the outputs that the provider withheld", async () => {
  const provider = scriptedProvider({ poll: [polled(blocked, image(1))] });
  await bench({ provider, worker: { storage: halfStorage() } }, async (given) => {
    const id = await given.submit(limits);
    await runUntil(given, async () => ((await detailOf(given, id)).failure ?? null) !== null);
    expect((await detailOf(given, id)).failure).toEqual({ ...fullError, missing: [ofBlocked] });
  })();
});

it("drops the reason of a missing output that a later try stores", async () => {
  const provider = scriptedProvider({ poll: [polled(blocked, image(1)), polled(image(0), image(1))] });
  await bench({ provider, worker: { storage: halfStorage(), storingGraceMs } }, async (given) => {
    const id = await given.submit(limits);
    await runUntil(given, hasEnded(given, id));
    const { failure, generation } = await detailOf(given, id);
    expect(generation).toMatchObject({ state: "completed", outputs: [{ index: 0 }] });
    expect(failure).toEqual(fullError);
  })();
});

it.each(ways())(
  "keeps the reason of an output that it %s and that is not stored at the end of the grace",
  async (_, provider) => {
    await bench({ provider, worker: { storage: halfStorage(), storingGraceMs } }, async (given) => {
      const id = await given.submit(limits);
      await runUntil(given, hasEnded(given, id));
      const { failure, generation } = await detailOf(given, id);
      expect(generation).toMatchObject({ state: "completed", refundedCredits: 2 });
      expect(failure).toEqual(fullError);
    })();
  },
);

it("logs the end of the grace of an output with the last error", async () => {
  const lines: unknown[] = [];
  const warn = (_: string, fields?: LogFields) => void (fields?.event === "output.expired" && lines.push(fields));
  const logger = { debug() {}, info() {}, warn, error() {} };
  const provider = scriptedProvider({ poll: [polled(image(0), image(1))] });
  await bench({ provider, worker: { storage: halfStorage(), storingGraceMs, logger } }, async (given) => {
    const id = await given.submit(limits);
    await runUntil(given, hasEnded(given, id));
    const { code, message: reason } = fullError;
    expect(lines).toEqual([{ event: "output.expired", generationId: id, stored: 1, code, reason }]);
  })();
});

it.each(ways())(
  "logs the storage error of an output that it %s while the check of another one fails",
  async (_, provider) => {
    const lines: LogFields[] = [];
    const warn = (_message: string, fields?: LogFields) => void (fields !== undefined && lines.push(fields));
    const logger = { debug() {}, info() {}, warn, error() {} };
    const check = async ({ index }: { readonly index: number }) => {
      if (index === 0) throw new Error("the moderation service responds with 503");
      return undefined;
    };
    const outputCheck = { check, onError: "withhold" } as const;
    await bench({ provider, worker: { storage: halfStorage(), outputCheck, logger } }, async (given) => {
      await given.submit(limits);
      await runUntil(given, async () => lines.some(({ event }) => event === "output.not_stored"));
      const indexesOf = (of: string) => new Set(lines.flatMap(({ event, index }) => (event === of ? [index] : [])));
      expect(indexesOf("output.check_failed")).toEqual(new Set([0]));
      expect(indexesOf("output.not_stored")).toEqual(new Set([1]));
    })();
  },
);

it("keeps at most 500 characters of each reason, and the same ones as the failure", async () => {
  const long = "x".repeat(600);
  const provider = scriptedProvider({
    poll: [polled({ failure: { code: "content_blocked", message: long } }, image(1))],
  });
  const outputCheck = { check: () => ({ withhold: true, reason: long }) as const, onError: "withhold" } as const;
  await bench({ provider, worker: { outputCheck } }, async (given) => {
    const id = await given.submit(limits);
    expect((await given.runTo(id)).state).toBe("failed");
    const { failure } = await detailOf(given, id);
    expect(failure?.missing?.map(({ message }) => message.length)).toEqual([500, 500]);
    expect(failure?.message).toBe(failure?.missing?.[0]?.message);
  })();
});
