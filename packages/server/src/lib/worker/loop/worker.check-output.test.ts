import { describe, expect, it } from "vitest";
import { until } from "../../../../testing/blocking-call.js";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { type WorkerBench, workerBench } from "../../../../testing/worker-bench.js";
import { sharpScaler } from "../../media/sharp-scaler.js";
import type { MediaCopier } from "../../ports/media-copier.js";
import type { CheckedOutput, CheckOutput, OutputCheck } from "../../ports/output-check.js";
import type { OperationStatus, ProviderMedia } from "../../ports/provider.js";
import type { Storage } from "../../ports/storage.js";
import { iptcMark } from "../../provenance/iptc-mark.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const image = (shade: number, flags?: readonly string[]): ProviderMedia => ({
  bytes: tinyPng(shade),
  contentType: "image/png",
  ...(flags && { flags }),
});
const finished = (...outputs: ProviderMedia[]): OperationStatus => ({ type: "done", outputs });
const withhold = { withhold: true, reason: "nudity" } as const;
const checkBy = (check: CheckOutput, onError: OutputCheck["onError"] = "withhold") => ({
  outputCheck: { check, onError },
});

const blocked = { code: "content_blocked", message: "checkOutput: nudity" };
const byCheck = { ...blocked, causedBy: "checkOutput" };

/** The failure of the first attempt, as operators see it. */
async function failureOf({ store }: WorkerBench, id: string) {
  return (await store.getDetail({ id }))?.attempts[0]?.failure;
}

/** A storage that counts its objects. */
function countedStorage(): { readonly storage: Storage; readonly keys: string[] } {
  const storage = memoryStorage();
  const keys: string[] = [];
  const put: Storage["put"] = (key, ...object) => {
    keys.push(key);
    return storage.put(key, ...object);
  };
  return { storage: { ...storage, put }, keys };
}

/** Both ways in which outputs reach the worker. */
const ways = [
  ["polls for", (outputs: ProviderMedia[]) => scriptedProvider({ poll: [finished(...outputs)] })],
  [
    "receives",
    (outputs: ProviderMedia[]) =>
      scriptedProvider({ capabilities: { resumable: false }, submit: [{ type: "done", outputs }] }),
  ],
] as const;

/** Runs the worker until the generation has ended, also while it sleeps within one step. */
async function runToEnd(given: WorkerBench, id: string) {
  let [isEnded, failure]: [boolean, unknown] = [false, null];
  const ending = given.runTo(id).catch((error) => {
    failure = error;
    return null;
  });
  void ending.then(() => {
    isEnded = true;
  });
  for (let turns = 0; !isEnded && turns < 2_000; turns += 1) await given.clock.advance(10_000);
  if (failure !== null) throw failure;
  return given.generation(id);
}

describe("previews before a check", () => {
  const preview = (shade: number): OperationStatus => ({
    type: "running",
    progress: shade / 10,
    preview: image(shade),
  });
  const warningsOf = ({ log }: WorkerBench) => log.filter((line) => line.includes("visible before checkOutput")).length;

  it.each([
    ["logs the first preview only", checkBy(() => undefined), 1],
    ["logs nothing without a check", {}, 0],
  ] as const)("%s", async (_title, worker, warnings) => {
    const provider = scriptedProvider({ poll: [preview(1), preview(2), finished(image(3))] });
    await bench({ provider, worker }, async (given) => {
      expect(await given.runTo(await given.submit())).toMatchObject({ state: "completed" });
      expect(warningsOf(given)).toBe(warnings);
    })();
  });
});

describe.each(ways)("a worker that checks the outputs that it %s", (_way, providerOf) => {
  it("stores no byte of a withheld output, and refunds its share", async () => {
    const { keys, storage } = countedStorage();
    const provider = providerOf([image(1), image(2)]);
    const check: CheckOutput = ({ index }) => (index === 0 ? withhold : undefined);
    await bench({ provider, worker: { ...checkBy(check), storage } }, async (given) => {
      const id = await given.submit({ requestedOutputs: 2 });
      const { outputs, refundedCredits, state } = await given.runTo(id);
      expect([state, refundedCredits]).toEqual(["completed", 2]);
      expect(outputs.map(({ index }) => index)).toEqual([1]);
      expect(keys).toEqual([outputs[0]?.storageKey]);
      expect(given.log).toEqual(["warn An output of a result is missing."]);
      expect(await failureOf(given, id)).toEqual({ ...byCheck, missing: [{ index: 0, ...blocked }] });
    })();
  });

  it("fails with content_rejected and a refund when all outputs are withheld", async () => {
    const { keys, storage } = countedStorage();
    const provider = providerOf([image(1), image(2)]);
    await bench({ provider, worker: { ...checkBy(async () => withhold), storage } }, async (given) => {
      const id = await given.submit({ requestedOutputs: 2 });
      expect(await given.runTo(id)).toMatchObject({
        state: "failed",
        failureCode: "content_rejected",
        refundedCredits: 4,
      });
      expect(keys).toEqual([]);
      expect(await given.balance()).toBe(100);
      const missing = [0, 1].map((index) => ({ index, ...blocked }));
      expect(await failureOf(given, id)).toEqual({ ...byCheck, missing });
    })();
  });

  it("keeps the reason if the worker crashes before the end is committed", async () => {
    const check: CheckOutput = ({ index }) => (index === 0 ? withhold : undefined);
    await bench({ provider: providerOf([image(1), image(2)]), worker: checkBy(check) }, async (given) => {
      const { settle } = given.store;
      given.store.settle = () => Promise.reject(new Error("crashed"));
      const id = await given.submit({ requestedOutputs: 2 });
      await given.runTo(id, "storing");
      await given.step();
      given.store.settle = settle;
      given.clock.skip(60_000);
      expect((await given.runTo(id, undefined, given.addWorker())).state).toBe("completed");
      expect(await failureOf(given, id)).toMatchObject({ missing: [{ index: 0, ...blocked }] });
    })();
  });

  it("passes the file as it is stored, its thumbnail, its flags and its generation, before it is stored", async () => {
    const checked: CheckedOutput[] = [];
    const seen: unknown[] = [];
    const { keys, storage } = countedStorage();
    const check: CheckOutput = async (output) => {
      checked.push(output);
      seen.push([keys.length, await output.bytes(), (await output.thumbnail())?.byteLength]);
      return undefined;
    };
    const worker = { ...checkBy(check), storage, scaler: sharpScaler({ logger: console }) };
    const marking = { mark: iptcMark(), system: null };
    await bench({ provider: providerOf([image(1, ["nsfw"])]), worker: { ...worker, marking } }, async (given) => {
      const id = await given.submit({ input: { prompt: "a lake" } });
      const { outputs } = await given.runTo(id);
      expect(checked).toMatchObject([
        { generation: { id, ownerId: "ada", model: "demo", input: { prompt: "a lake" } }, index: 0, flags: ["nsfw"] },
      ]);
      expect(seen).toEqual([[0, await given.stored(outputs[0]?.storageKey), expect.any(Number)]]);
      expect(outputs[0]?.flags).toEqual(["nsfw"]);
    })();
  });

  it("retries a check that throws, or returns an unknown value", async () => {
    // The last one as from JavaScript.
    const results = [() => Promise.reject(new Error("503")), () => true as unknown as undefined, () => undefined];
    let calls = 0;
    const check: CheckOutput = () => results[calls++]?.();
    await bench({ provider: providerOf([image(1)]), worker: checkBy(check) }, async (given) => {
      expect((await runToEnd(given, await given.submit())).state).toBe("completed");
      expect(calls).toBe(3);
    })();
  });

  it.each([
    ["withhold", { state: "failed", failureCode: "output_unavailable", refundedCredits: 4 }],
    ["deliver", { state: "completed", refundedCredits: 0 }],
  ] as const)(
    "ends a generation whose check fails until the end of the grace by onCheckError: %s",
    async (onError, end) => {
      const check: CheckOutput = () => Promise.reject(new Error("503"));
      const worker = { ...checkBy(check, onError), storingGraceMs: 300_000 };
      await bench({ provider: providerOf([image(1)]), model: { deadlineMs: 300_000 }, worker }, async (given) => {
        expect(await runToEnd(given, await given.submit({ deadlineMs: 300_000 }))).toMatchObject(end);
        expect(given.log.some((line) => line.startsWith("error checkOutput failed for too long"))).toBe(true);
      })();
    },
  );

  it("retries a check that takes longer than 30 seconds", async () => {
    let calls = 0;
    const check: CheckOutput = () => {
      calls += 1;
      return calls === 1 ? new Promise(() => {}) : undefined;
    };
    await bench({ provider: providerOf([image(1)]), worker: checkBy(check) }, async (given) => {
      const ending = given.runTo(await given.submit());
      await until(given, async () => calls === 1);
      await given.clock.advance(40_000);
      await until(given, async () => calls === 2);
      expect((await ending).state).toBe("completed");
    })();
  });
});

it("keeps the reason of a withheld output if the provider loses the result before another one is stored", async () => {
  const lost = { code: "result_expired", message: "gone" } as const;
  const link = { url: "https://files.vendor.example/1" };
  const results = [
    { outputs: [image(0), link], end: { state: "failed", failureCode: "output_unavailable" } },
    { outputs: [image(0), link, image(2)], end: { state: "completed" } },
  ] as const;
  const copier: MediaCopier = { copy: () => Promise.reject(new Error("503")) };
  const check: CheckOutput = ({ index }) => (index === 0 ? withhold : undefined);
  for (const { end, outputs } of results) {
    const poll: OperationStatus[] = [
      { type: "done", outputs },
      { type: "failed", failure: lost },
    ];
    await bench({ provider: scriptedProvider({ poll }), worker: { ...checkBy(check), copier } }, async (given) => {
      const id = await given.submit({ requestedOutputs: outputs.length });
      expect(await given.runTo(id)).toMatchObject(end);
      expect(await failureOf(given, id)).toEqual({ ...lost, missing: [{ index: 0, ...blocked }] });
    })();
  }
});

describe("a model without previews", () => {
  it.each([
    [true, 1],
    [false, 0],
  ])("stores previews only if they are on: %s", async (previews, count) => {
    const { keys, storage } = countedStorage();
    const running: OperationStatus = { type: "running", progress: 0.5, preview: image(9) };
    const provider = scriptedProvider({ poll: [running, finished(image(1))] });
    await bench({ provider, model: { previews }, worker: { storage } }, async (given) => {
      await given.runTo(await given.submit());
      expect(keys.filter((key) => key.includes("/preview-"))).toHaveLength(count);
    })();
  });
});
