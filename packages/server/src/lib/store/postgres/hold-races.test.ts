import { describe, expect, it } from "vitest";
import { openSessions } from "../../../../test/postgres-sessions.js";
import type { Store } from "../../ports/store/store.js";

const given = openSessions("hold_races");
const releaseAfterMs = 120_000;

describe("a hold that is due", () => {
  /** A submit whose hold is due to be released. */
  async function late() {
    const command = given().scenario.command({ initialGrant: 0, hold: { reference: "auth-1" } });
    const { accountId, credits, id: key } = command;
    await given().store.openHolds({ holds: [{ key, accountId, credits }], releaseAfterMs });
    given().advance(releaseAfterMs);
    return command;
  }

  const claim = async (store: Store) =>
    (await store.claimOutbox({ models: [], topics: ["resolve_hold"], limit: 10, leaseMs: 60_000 })).length;

  it("is not used by a submit that waits for its release", async () => {
    const command = await late();
    const [released, verdict, hasWaited] = await given().interleave({
      first: claim,
      second: (store) => store.submit(command),
    });
    expect([released, verdict, hasWaited]).toEqual([1, { type: "hold_released" }, true]);
  });

  it("is not used by a group that waits for its release", async () => {
    const { retryOf, ...command } = await late();
    const { id, input, parsedInput, requestedOutputs, storagePrefix, credits, refunds, hold, ...shared } = command;
    const item = {
      hold: { reference: null },
      id,
      input,
      parsedInput,
      requestedOutputs,
      storagePrefix,
      credits,
      refunds,
    };
    const [released, verdict] = await given().interleave({
      first: claim,
      second: (store) => store.submitMany({ ...shared, groupId: "grp_1", items: [item] }),
    });
    expect([released, verdict]).toEqual([1, { type: "hold_released" }]);
  });

  it("is not released once a submit has used it", async () => {
    const command = await late();
    const [verdict, released, hasWaited] = await given().interleave({
      first: (store) => store.submit(command),
      second: claim,
    });
    expect([verdict.type, released, hasWaited]).toEqual(["accepted", 0, false]);
  });

  it("is released if a worker claims it before the submit function runs", async () => {
    const command = await late();
    const submit = (store: Store) => store.submit(command);
    expect(await given().before(/_submit_/, { first: claim, second: submit })).toEqual({ type: "hold_released" });
  });

  it("is kept if a worker claims it while its refused submit ends it", async () => {
    const { id } = await late();
    await given().interleave({
      first: claim,
      second: (store) => store.endHolds({ refused: [id], unused: [] }),
    });
    expect(await given().query("SELECT tries::int FROM @outbox WHERE topic = 'resolve_hold'")).toEqual([{ tries: 1 }]);
  });
});
