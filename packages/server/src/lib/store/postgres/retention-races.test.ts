import { describe, expect, it } from "vitest";
import { atOnce, openSessions } from "../../../../test/postgres-sessions.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import type { Store } from "../../ports/store/store.js";

const given = openSessions("retention_races");
const dayMs = 86_400_000;

describe("a purge of generations", () => {
  const purge = (store: Store) => store.purgeGenerations({ endedForMs: dayMs, limit: 100 });

  /** Ended generations that have an attempt, and so objects. */
  async function ended(owners: readonly string[]): Promise<readonly string[]> {
    const ids: string[] = [];
    for (const ownerId of owners) {
      const claim = await given().scenario.claimOne(await given().scenario.accepted({ ownerId }));
      await given().scenario.intent(claim);
      await given().scenario.settle(claim, { type: "failed", code: "internal" });
      ids.push(claim.generation.id);
    }
    given().advance(dayMs);
    return ids;
  }

  const prefixDeletions = async () =>
    (
      await given().query("SELECT payload FROM @outbox WHERE topic = 'delete_prefix' AND created_at > 1800000000000")
    ).map(({ payload }) => payload);

  it("purges each generation once in several workers, with a sequence of its own", async () => {
    await ended(["ada", "bob", "ada", "bob", "cyd"]);
    const verdicts = await atOnce(8, () => purge(given().store));
    expect(new Set(verdicts.flatMap(({ ownerIds }) => ownerIds))).toEqual(new Set(["ada", "bob", "cyd"]));
    const sequences = await given().query(
      "SELECT owner_id, sequence::int, version::int FROM @generations ORDER BY owner_id, sequence",
    );
    // Each owner has changed at the submit, the end and the purge. A failed attempt was visible at neither claim nor intent.
    expect(sequences.map(({ owner_id, version }) => [owner_id, version])).toEqual(
      ["ada", "ada", "bob", "bob", "cyd"].map((ownerId) => [ownerId, 3]),
    );
    expect(sequences.map(({ sequence }) => sequence)).toEqual([5, 6, 5, 6, 3]);
    expect((await prefixDeletions()).length).toBe(5);
  });

  it("gives no sequence twice while the owners submit", async () => {
    await ended(["ada", "bob", "ada", "bob"]);
    const submits = atOnce(24, (index) => given().scenario.accepted({ ownerId: index % 2 === 0 ? "ada" : "bob" }));
    await Promise.all([submits, atOnce(4, () => purge(given().store))]);
    const shared = "SELECT owner_id FROM @generations GROUP BY owner_id, sequence HAVING count(*) > 1";
    expect(await given().query(shared)).toEqual([]);
    const [ada] = await given().query("SELECT sequence::int FROM @owners WHERE id = 'ada'");
    expect(ada).toEqual({ sequence: 4 + 2 + 12 });
  });

  it("waits for the owner, so that its sequence follows the one of a submit", async () => {
    const [id] = await ended(["ada"]);
    const [, verdict] = await given().interleave({
      first: (store) => new Scenario(store).accepted({ id: "gen_held", ownerId: "ada" }),
      second: purge,
    });
    expect(verdict).toEqual({ ownerIds: ["ada"], teamIds: ["everyone"], nextInMs: null });
    expect((await given().scenario.changes("ada")).deleted).toEqual([{ id, sequence: 4 }]);
  });

  it("is sent again if a generation moves to another owner during its wait", async () => {
    const [id] = await ended(["ada"]);
    await given().scenario.accepted({ ownerId: "bob" });
    const [, verdict] = await given().interleave({
      first: (store) => store.transferOwner({ from: "ada", to: "bob", credits: "leave", initialGrant: 0 }),
      second: purge,
    });
    expect(verdict.ownerIds).toEqual(["bob"]);
    expect((await given().scenario.changes("bob")).deleted).toEqual([{ id, sequence: 3 }]);
  });
});
