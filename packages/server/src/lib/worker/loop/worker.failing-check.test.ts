import { expect, it } from "vitest";
import { until } from "../../../../testing/blocking-call.js";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import type { CheckOutput } from "../../ports/output-check.js";
import type { OperationStatus } from "../../ports/provider.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const outputs = [{ bytes: tinyPng(1), contentType: "image/png" }];
const polled: OperationStatus = { type: "done", outputs };

it.each([
  ["polls for", scriptedProvider({ poll: [polled, polled] })],
  ["receives", scriptedProvider({ capabilities: { resumable: false }, submit: [{ type: "done", outputs }] })],
])("logs a failing check of outputs that it %s as that, and not as a failing storage", async (_, provider) => {
  let calls = 0;
  const check: CheckOutput = () => {
    calls += 1;
    if (calls === 1) throw new Error("the moderation service responds with 503");
    return undefined;
  };
  await bench({ provider, worker: { outputCheck: { check, onError: "withhold" } } }, async (given) => {
    const id = await given.submit();
    const ending = given.runTo(id);
    // The worker that receives the outputs waits within its step.
    await until(given, async () => {
      await given.clock.advance(1_000);
      return (await given.generation(id)).state === "completed";
    });
    await ending;
    expect(given.log).toEqual(["warn checkOutput failed: the output waits, and is checked again."]);
  })();
});

it("keeps the failure of the check with the attempt until the output is stored", async () => {
  let isBroken = true;
  const check: CheckOutput = () => {
    if (isBroken) throw new Error("the moderation service responds with 503");
    return undefined;
  };
  const provider = scriptedProvider({ poll: [polled, polled] });
  await bench({ provider, worker: { outputCheck: { check, onError: "withhold" } } }, async (given) => {
    const id = await given.submit();
    const failure = async () => (await given.store.getDetail({ id }))?.attempts.at(-1)?.failure;
    await given.runTo(id, "storing");
    await until(given, async () => ((await failure()) ?? null) !== null);
    expect(await failure()).toEqual({
      code: "download_failed",
      message: expect.stringContaining("the moderation service responds with 503"),
      causedBy: "checkOutput",
    });
    isBroken = false;
    await given.runTo(id);
    expect(await failure()).toBeNull();
  })();
});
