import { describe, expect, it } from "vitest";
import { atOnce, openSessions } from "../../../../test/postgres-sessions.js";

const given = openSessions("change_readers");

describe("a reader of changes", () => {
  it("misses no change while eight connections write", async () => {
    const owners = ["ada", "bob"];
    let isWriting = true;
    const follow = async (ownerId: string) => {
      const versions = new Map<string, number>();
      let sequence = 0;
      for (let isLast = false; !isLast; ) {
        isLast = !isWriting;
        const list = await given().store.changedAfter({ ownerId, sequence, limit: 3 });
        for (const { id, version } of list.changed) versions.set(id, version);
        ({ sequence } = list);
        isLast &&= !list.hasMore;
      }
      return versions;
    };
    const readers = owners.flatMap((ownerId) => [follow(ownerId), follow(ownerId)]);
    await atOnce(60, async (index) => {
      const ownerId = owners[index % 2] ?? "ada";
      const id = await given().scenario.accepted({
        ownerId,
        credits: 0,
        limits: { maxActive: null, rate: null, refunds: null },
      });
      if (index % 3 === 0) await given().store.requestCancel({ ownerId, id });
    });
    isWriting = false;
    for (const [index, versions] of (await Promise.all(readers)).entries()) {
      const rows = await given().query(
        `SELECT id, version::int FROM @generations WHERE owner_id = '${owners[index < 2 ? 0 : 1]}' ORDER BY id`,
      );
      expect([...versions].toSorted().map(([id, version]) => ({ id, version }))).toEqual(rows);
    }
  });
});
