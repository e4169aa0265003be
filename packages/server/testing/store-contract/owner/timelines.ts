import { describe, expect, it } from "vitest";
import { type CreateStore, withStore } from "../scenario.js";

/** Contract of the timeline, which identifies the history of a database. */
export function describeTimelines(create: CreateStore): void {
  const reads = async ({ store }: Parameters<Parameters<typeof withStore>[1]>[0]): Promise<readonly string[]> => {
    const limits = { activeLimit: 9, unseenLimit: 9, unseenForMs: 60_000, maxUnseenCount: 9 };
    return [
      (await store.listActive({ ownerId: "ada", scope: null, ...limits })).timeline,
      (await store.changedAfter({ ownerId: "ada", sequence: 0, limit: 9 })).timeline,
      (await store.changedAfter({ ownerId: "ada", sequence: 99, limit: 9 })).timeline,
      (await store.sequencesOf(["ada"])).timeline,
    ];
  };

  describe("the timeline", () => {
    it(
      "is the same in each read, and survives commits and migrations",
      withStore(create, async (given) => {
        const [timeline = ""] = await reads(given);
        expect(timeline).toMatch(/^.{16,64}$/);
        await given.scenario.accepted();
        await given.store.migrate();
        expect(await reads(given)).toEqual([timeline, timeline, timeline, timeline]);
      }),
    );

    it(
      "is another one after startTimeline",
      withStore(create, async (given) => {
        const [before] = await reads(given);
        const started = await given.store.startTimeline();
        expect(started).not.toBe(before);
        expect(await reads(given)).toEqual([started, started, started, started]);
      }),
    );
  });
}
