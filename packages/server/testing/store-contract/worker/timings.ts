import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

/** Contract of the recorded durations of generations, from which the server estimates progress. */
export function describeTimings(create: CreateStore): void {
  describe("timings", () => {
    const series = { model: "demo", providerId: "p", size: 1 };

    it(
      "are summed by series and bucket, and read by model",
      withStore(create, async ({ store }) => {
        await store.addTimings([
          { ...series, bucket: 40, count: 2 },
          { ...series, size: 4, bucket: 40, count: 1 },
          { ...series, model: "flux", bucket: 40, count: 1 },
        ]);
        await store.addTimings([
          { ...series, bucket: 40, count: 3 },
          { ...series, bucket: 41, count: 1 },
        ]);
        const read = await store.readTimings({ models: ["demo", "unknown"] });
        expect(read.toSorted((left, right) => left.size - right.size || left.bucket - right.bucket)).toEqual([
          { ...series, bucket: 40, count: 5 },
          { ...series, bucket: 41, count: 1 },
          { ...series, size: 4, bucket: 40, count: 1 },
        ]);
      }),
    );

    it(
      "are halved in a series with many, so that new ones weigh more",
      withStore(create, async ({ store }) => {
        await store.addTimings([
          { ...series, bucket: 40, count: 512 },
          { ...series, bucket: 39, count: 1 },
          { ...series, size: 4, bucket: 40, count: 9 },
        ]);
        expect(await store.readTimings({ models: ["demo"] })).toEqual(
          expect.arrayContaining([
            { ...series, bucket: 40, count: 256 },
            { ...series, size: 4, bucket: 40, count: 9 },
          ]),
        );
        expect(await store.readTimings({ models: ["demo"] })).toHaveLength(2);
      }),
    );

    it(
      "are not reduced by those of other series",
      withStore(create, async ({ store }) => {
        const added = [
          { ...series, bucket: 40, count: 1 },
          { ...series, size: 4, bucket: 40, count: 300 },
          { ...series, model: "flux", bucket: 40, count: 300 },
          { ...series, providerId: "q", bucket: 40, count: 300 },
        ];
        await store.addTimings(added);
        const read = await store.readTimings({ models: ["demo", "flux"] });
        expect(read).toHaveLength(added.length);
        expect(read).toEqual(expect.arrayContaining(added));
      }),
    );

    it(
      "do not replace the provider's progress when another attempt begins",
      withStore(create, async ({ scenario, store, advance }) => {
        const { id } = await scenario.running();
        const progress = { value: 0.5, source: "provider", queuePosition: null, preview: null } as const;
        advance(1_000);
        await scenario.park(await scenario.claimOne(id), { progress, to: "retry_wait" });
        advance(1_000);
        const { generation } = await scenario.claimOne(id);
        const attempt = { attemptToken: "second", providerId: "p", starts: false, expectedInMs: 1_000 };
        const { epoch } = generation;
        await store.recordIntent({ id, epoch, token: scenario.token(), ...attempt, isEstimated: true });
        expect((await store.get({ ownerId: "ada", id }))?.progressSource).toBe("provider");
      }),
    );

    it(
      "cause no write if there are none",
      withStore(create, async ({ store }) => {
        await store.addTimings([]);
        expect(await store.readTimings({ models: ["demo"] })).toEqual([]);
      }),
    );
  });
}
