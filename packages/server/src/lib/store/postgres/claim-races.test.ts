import { describe, expect, it } from "vitest";
import { openSessions } from "../../../../test/postgres-sessions.js";
import type { Store } from "../../ports/store/store.js";

const given = openSessions("claim_races");
const leaseMs = 30_000;

const claim = async (store: Store, token: string) =>
  (await store.claim({ models: ["demo"], limit: 10, leaseMs, token })).map(({ generation }) => generation);

describe("a claim that is sent again after its response was lost", () => {
  it("returns its lease, with the same epoch", async () => {
    const id = await given().scenario.accepted();
    const claimed = await given().before(/claim_[0-9a-f]/, {
      first: (store) => claim(store, "same"),
      second: (store) => claim(store, "same"),
    });
    expect(claimed).toMatchObject([{ id, epoch: 1, expiredLeases: 0 }]);
  });

  it("returns no expired lease that another worker claims at the same time", async () => {
    const id = await given().scenario.accepted();
    await claim(given().store, "same");
    given().advance(leaseMs);
    const [other, again, hasWaited] = await given().interleave({
      first: (store) => claim(store, "other"),
      second: (store) => claim(store, "same"),
    });
    expect(other).toMatchObject([{ id, epoch: 2 }]);
    expect(again).toEqual([]);
    expect(hasWaited).toBe(false);
  });

  it("returns no lease that another worker has claimed since", async () => {
    await given().scenario.accepted();
    await claim(given().store, "same");
    given().advance(leaseMs);
    const claimed = await given().before(/claim_[0-9a-f]/, {
      first: (store) => claim(store, "other"),
      second: (store) => claim(store, "same"),
    });
    expect(claimed).toEqual([]);
  });
});
