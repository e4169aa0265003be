import { beforeEach, describe, expect, it } from "vitest";
import { atOnce, image, openSessions } from "../../../../test/postgres-sessions.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import type { Store } from "../../ports/store/store.js";

const given = openSessions("outbox_races");
const dayMs = 86_400_000;

describe("a webhook", () => {
  /** A generation whose response to the paid request was lost. */
  async function reconciling(): Promise<string> {
    const claim = await given().scenario.claimOne(await given().scenario.accepted());
    await given().scenario.intent(claim);
    await given().scenario.park(claim, { to: "reconciling", attempt: { state: "unknown", failure: null } });
    given().advance(1_000);
    return claim.generation.id;
  }

  const record = (store: Store, generationId: string) =>
    store.recordWebhook({ generationId, attempt: 1, deliveryId: "delivery-1", operationHint: { job: 1 } });
  const hints = async () => {
    const items = await given().store.claimOutbox({
      models: ["demo"],
      topics: ["cancel_job"],
      limit: 10,
      leaseMs: 1_000,
    });
    return items.map((item) => item.topic === "cancel_job" && item.job.operationHint);
  };

  it("is recorded once when its vendor sends it several times", async () => {
    const id = await reconciling();
    const verdicts = await atOnce(8, () => record(given().store, id));
    expect(verdicts.toSorted()).toEqual([...Array.from({ length: 7 }, () => "duplicate"), "recorded"]);
  });

  it("cancels the job that it names if its generation ends first", async () => {
    const id = await reconciling();
    const claim = await given().scenario.claimOne(id);
    const outcome = { type: "failed", code: "outcome_unknown" } as const;
    const [settled, verdict] = await given().interleave({
      first: (store) => new Scenario(store).settle(claim, outcome),
      second: (store) => record(store, id),
    });
    expect([settled.type, verdict]).toEqual(["applied", "unmatched"]);
    expect(await hints()).toEqual([null, { job: 1 }]);
  });

  it("stores its hint before the end that waits for it, which then cancels that job", async () => {
    const id = await reconciling();
    const claim = await given().scenario.claimOne(id);
    const outcome = { type: "failed", code: "outcome_unknown" } as const;
    const [verdict] = await given().interleave({
      first: (store) => record(store, id),
      second: (store) => new Scenario(store).settle(claim, outcome),
    });
    expect(verdict).toBe("recorded");
    expect(await hints()).toEqual([{ job: 1 }]);
  });
});

describe("the outbox", () => {
  beforeEach(async () => {
    for (let index = 0; index < 40; index += 1) {
      await given().store.recordInput(image(index));
      await given().store.dropInput({ id: `inp_${index}`, delayMs: 0 });
    }
  });

  const claim = (store: Store, limit: number) =>
    store.claimOutbox({ models: [], topics: ["delete_objects"], limit, leaseMs: 60_000 });

  it("has each item claimed by one worker", async () => {
    const claimed: number[] = [];
    while (claimed.length < 40)
      claimed.push(...(await atOnce(8, () => claim(given().store, 5))).flat().map(({ id }) => id));
    expect(new Set(claimed).size).toBe(40);
  });

  it("lets a worker claim other items while a claim is not committed", async () => {
    const [held, others, hasWaited] = await given().interleave({
      first: (store) => claim(store, 10),
      second: (store) => claim(store, 20),
    });
    expect(hasWaited).toBe(false);
    const ids = new Set([...held, ...others].map(({ id }) => id));
    expect([held.length, others.length, ids.size]).toEqual([10, 10, 20]);
  });
});

describe("an overdue announcement", () => {
  beforeEach(async () => {
    const { generation } = await given().scenario.claimOne(await given().scenario.accepted());
    const held = { id: generation.id, epoch: generation.epoch, token: "end", attempt: null };
    const refund = { credits: 4, reason: "failed:internal 100%" };
    const outcome = { type: "failed", code: "internal" } as const;
    await given().store.settle({ ...held, outcome, refund, announceTo: ["hook"] });
    given().advance(8 * dayMs);
  });

  const claim = (store: Store) =>
    store.claimOutbox({ models: [], topics: ["announce_to_hook"], limit: 10, leaseMs: 1_000 });
  const drop = (store: Store) => store.dropUnclaimedOutbox({ models: [], topics: [], limit: 10 });
  const tries = () => given().query("SELECT tries::int FROM @outbox WHERE topic = 'announce_to_hook'");

  it("is kept if a worker claims it at the same time", async () => {
    const [, dropped] = await given().interleave({ first: claim, second: drop });
    expect(dropped).toEqual([]);
    expect(await tries()).toEqual([{ tries: 1 }, { tries: 1 }]);
  });

  it("is kept if a worker has claimed it since it was found", async () => {
    expect(await given().before(/drop_unclaimed_outbox_/, { first: claim, second: drop })).toEqual([]);
    expect(await tries()).toEqual([{ tries: 1 }, { tries: 1 }]);
  });

  it("is dropped once", async () => {
    await atOnce(8, () => drop(given().store));
    expect(await tries()).toEqual([]);
  });
});
