import { describe, expect, it } from "vitest";
import { done, scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { workerBench } from "../../../../testing/worker-bench.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";

const bench = workerBench({
  openStore: (path, now) => libsqlStore({ url: `file:${path}`, now, synchronous: "normal" }),
  createStorage: memoryStorage,
});

const picture = tinyPng(1);
/** A valid image, one byte over the limit. */
const tooLarge = { bytes: Uint8Array.from([...picture, 0]), contentType: "image/png" };
const maxOutputBytes = picture.byteLength;
const fits = done(1).outputs;

describe("a worker that gets more bytes than an output may have", () => {
  it.each([
    ["polled", scriptedProvider({ poll: [{ type: "done", outputs: [tooLarge] }] })],
    [
      "answered",
      scriptedProvider({ capabilities: { resumable: false }, submit: [{ type: "done", outputs: [tooLarge] }] }),
    ],
  ] as const)("fails without keeping any, and gives the credits back: %s", async (_how, provider) => {
    await bench({ provider, worker: { maxOutputBytes } }, async (given) => {
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ state: "failed", failureCode: "output_rejected", attempts: 1 });
      expect(await given.balance()).toBe(100);
    })();
  });

  it("delivers the others, and gives back the price of what is missing", async () => {
    const provider = scriptedProvider({ poll: [{ type: "done", outputs: [tooLarge, ...fits] }] });
    await bench({ provider, worker: { maxOutputBytes } }, async (given) => {
      const { outputs, refundedCredits } = await given.runTo(await given.submit({ requestedOutputs: 2 }));
      expect(outputs.map(({ index, byteLength }) => ({ index, byteLength }))).toEqual([
        { index: 1, byteLength: maxOutputBytes },
      ]);
      expect(refundedCredits).toBe(2);
    })();
  });

  it("has told the provider where to stop reading", async () => {
    const told: unknown[] = [];
    const provider = scriptedProvider({
      poll: [
        (context) => {
          told.push(context.maxOutputBytes);
          return done();
        },
      ],
    });
    await bench({ provider, worker: { maxOutputBytes } }, async (given) => {
      await given.runTo(await given.submit());
      expect(provider.submits).toMatchObject([{ maxOutputBytes }]);
      expect(told).toEqual([maxOutputBytes]);
    })();
  });
});
