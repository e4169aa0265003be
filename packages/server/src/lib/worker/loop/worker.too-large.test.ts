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

const image = tinyPng(1);
/** A valid image, one byte over the limit. */
const tooLarge = { bytes: Uint8Array.from([...image, 0]), contentType: "image/png" };
const maxOutputBytes = image.byteLength;
const fits = done(1).outputs;

describe("a worker that receives an output above `maxOutputBytes`", () => {
  it.each([
    ["from a poll", scriptedProvider({ poll: [{ type: "done", outputs: [tooLarge] }] })],
    [
      "from the paid request",
      scriptedProvider({ capabilities: { resumable: false }, submit: [{ type: "done", outputs: [tooLarge] }] }),
    ],
  ] as const)("fails with a refund: %s", async (_way, provider) => {
    await bench({ provider, worker: { maxOutputBytes } }, async (given) => {
      const generation = await given.runTo(await given.submit());
      expect(generation).toMatchObject({ state: "failed", failureCode: "output_rejected", attempts: 1 });
      expect(await given.balance()).toBe(100);
    })();
  });

  it("completes with the other outputs, and refunds its share", async () => {
    const provider = scriptedProvider({ poll: [{ type: "done", outputs: [tooLarge, ...fits] }] });
    await bench({ provider, worker: { maxOutputBytes } }, async (given) => {
      const { outputs, refundedCredits } = await given.runTo(await given.submit({ requestedOutputs: 2 }));
      expect(outputs.map(({ index, byteLength }) => ({ index, byteLength }))).toEqual([
        { index: 1, byteLength: maxOutputBytes },
      ]);
      expect(refundedCredits).toBe(2);
    })();
  });

  it("passes the limit to the provider", async () => {
    const limits: unknown[] = [];
    const provider = scriptedProvider({
      poll: [
        (context) => {
          limits.push(context.maxOutputBytes);
          return done();
        },
      ],
    });
    await bench({ provider, worker: { maxOutputBytes } }, async (given) => {
      await given.runTo(await given.submit());
      expect(provider.submits).toMatchObject([{ maxOutputBytes }]);
      expect(limits).toEqual([maxOutputBytes]);
    })();
  });
});
