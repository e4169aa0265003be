import { describe, expect, it } from "vitest";
import { atOnce, openSessions } from "../../../../test/postgres-sessions.js";
import type { Store } from "../../ports/store/store.js";

const given = openSessions("timing_races");

describe("timings", () => {
  const series = { model: "demo", providerId: "p", size: 1 };

  it("of several workers are all added, in whichever order their buckets are", async () => {
    const timings = Array.from({ length: 8 }, (_, bucket) => ({ ...series, bucket, count: 1 }));
    await atOnce(40, (index) => given().store.addTimings(index % 2 === 0 ? timings : timings.toReversed()));
    const read = await given().store.readTimings({ models: ["demo"] });
    expect(read.map(({ count }) => count)).toEqual(Array.from({ length: 8 }, () => 40));
  });

  it("are halved once by two workers that exceed the max count together", async () => {
    const add = (bucket: number, count: number) => (store: Store) => store.addTimings([{ ...series, bucket, count }]);
    await add(0, 500)(given().store);
    await given().interleave({ first: add(1, 100), second: add(2, 100) });
    const read = await given().store.readTimings({ models: ["demo"] });
    expect(read.toSorted((left, right) => left.bucket - right.bucket).map(({ count }) => count)).toEqual([
      250, 50, 100,
    ]);
  });

  it("of one command are added up by bucket", async () => {
    const timing = { ...series, bucket: 1, count: 1 };
    await given().store.addTimings([timing, timing]);
    expect(await given().store.readTimings({ models: ["demo"] })).toEqual([{ ...timing, count: 2 }]);
  });
});
