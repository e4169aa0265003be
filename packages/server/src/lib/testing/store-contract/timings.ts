import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "./scenario.js";

/** What is known of how long generations take. */
export function describeTimings(create: CreateStore): void {
  describe("timings", () => {
    const series = { model: "demo", providerId: "p", size: 1 };

    it(
      "add up, each series and bucket for itself, and are read by model",
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
      "forget the old as new ones come, of a series that has many",
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
      "take no space where there are none",
      withStore(create, async ({ store }) => {
        await store.addTimings([]);
        expect(await store.readTimings({ models: ["demo"] })).toEqual([]);
      }),
    );
  });
}
