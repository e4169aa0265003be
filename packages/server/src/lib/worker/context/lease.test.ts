import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { type HeldCall, heldCall } from "../../../../testing/held-call.js";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { Interrupted, Lease } from "./lease.js";
import { StoreOutage } from "./store-outage.js";

const leaseMs = 30_000;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A lease of half a minute that began now, renewed every ten seconds. The test resolves each renewal. */
function given({ limitMs = 300_000 } = {}) {
  const clock = fakeClock();
  const renewals: HeldCall<boolean>[] = [];
  const renew = (): Promise<boolean> => {
    const renewal = heldCall<boolean>();
    renewals.push(renewal);
    return renewal.run();
  };
  const lease = new Lease(
    { clock, leaseMs, logger: silent, outage: new StoreOutage({ clock, logger: silent }), store: { renew } },
    { held: { id: "gen", epoch: 1 }, claimedAt: clock.now(), limitMs },
  );
  const reason = (): string | null => (lease.signal.reason instanceof Interrupted ? lease.signal.reason.reason : null);
  /** Resolves the latest renewal. */
  const settleRenewal = async (isHeld: boolean | Error): Promise<void> => {
    const renewal = renewals.at(-1);
    if (isHeld instanceof Error) renewal?.reject(isHeld);
    else renewal?.resolve(isHeld);
    await clock.advance(0);
  };
  return { settleRenewal, clock, lease, reason, renewals };
}

describe("Lease", () => {
  it("is certain for its duration, counted from when the last renewal was sent", async () => {
    const { settleRenewal, clock, lease } = given();
    await clock.advance(10_000);
    await clock.advance(5_000);
    await settleRenewal(true);
    clock.skip(24_999);
    expect(lease.isCertain).toBe(true);
    clock.skip(1);
    expect(lease.isCertain).toBe(false);
  });

  it("renews at each third of its duration until it ends", async () => {
    const { settleRenewal, clock, lease, renewals } = given();
    for (const count of [1, 2, 3, 4]) {
      await clock.advance(10_000);
      expect(renewals).toHaveLength(count);
      await settleRenewal(true);
    }
    expect(lease.isCertain).toBe(true);
  });

  it("interrupts the step when another worker has the generation, even if it is paid", async () => {
    const { settleRenewal, clock, lease, reason } = given();
    lease.beginPaid();
    await clock.advance(10_000);
    await settleRenewal(false);
    expect(reason()).toBe("lost");
    expect(clock.pending()).toEqual([]);
  });

  it("does not begin a paid request once the step has been interrupted", () => {
    const { lease } = given();
    lease.drain();
    expect(() => lease.beginPaid()).toThrow("The lease is draining.");
  });

  it("interrupts an unpaid step instead of renewing an expired lease, and renews for a paid one", async () => {
    const unpaid = given();
    unpaid.clock.skip(leaseMs);
    await unpaid.clock.advance(0);
    expect([unpaid.reason(), unpaid.renewals.length]).toEqual(["overdue", 0]);
    const paid = given();
    paid.lease.beginPaid();
    paid.clock.skip(leaseMs);
    await paid.clock.advance(0);
    await paid.settleRenewal(true);
    expect([paid.reason(), paid.renewals.length]).toEqual([null, 1]);
  });

  it("interrupts an unpaid step, but no paid one, when it expires during an outage of the store", async () => {
    const gone = new StoreUnavailable("gone");
    const unpaid = given();
    await unpaid.clock.advance(10_000);
    await unpaid.clock.advance(19_999);
    await unpaid.settleRenewal(gone);
    expect(unpaid.reason()).toBeNull();
    await unpaid.clock.advance(10_000);
    expect(unpaid.reason()).toBe("overdue");
    const late = given();
    await late.clock.advance(leaseMs);
    await late.settleRenewal(gone);
    expect(late.reason()).toBe("overdue");
    const paid = given();
    paid.lease.beginPaid();
    await paid.clock.advance(leaseMs);
    await paid.settleRenewal(gone);
    expect(paid.reason()).toBeNull();
  });

  it.each([true, false, new StoreUnavailable("gone")])(
    "ignores a renewal that settles after its end: %s",
    async (late) => {
      const { settleRenewal, clock, lease, reason } = given();
      await clock.advance(10_000);
      lease.end();
      await settleRenewal(late);
      expect([reason(), clock.pending()]).toEqual([null, []]);
    },
  );

  it("does not renew when it is extended after its end", async () => {
    const { clock, lease, renewals } = given();
    lease.end();
    await lease.extend(60_000);
    expect([renewals.length, clock.pending()]).toEqual([0, []]);
  });

  it("renews at once when it is extended, and moves its limit", async () => {
    const { settleRenewal, clock, lease, reason, renewals } = given({ limitMs: 5_000 });
    const extended = lease.extend(4_000);
    await settleRenewal(true);
    await extended;
    expect([renewals.length, lease.leftMs]).toEqual([1, 9_000]);
    await clock.advance(8_999);
    expect(reason()).toBeNull();
    await clock.advance(1);
    expect([reason(), lease.leftMs]).toEqual(["overdue", 0]);
  });

  it("interrupts a silent step at the first renewal after the full time, also if it began between two renewals", async () => {
    const { settleRenewal, clock, lease, reason } = given();
    lease.beginPaid();
    const renewals = async (count: number) => {
      for (let renewal = 0; renewal < count; renewal += 1) {
        await clock.advance(10_000);
        if (reason() === null) await settleRenewal(true);
      }
    };
    await clock.advance(9_000);
    const silence = lease.watchSilence(30_000);
    await clock.advance(1_000);
    await settleRenewal(true);
    await renewals(1);
    await clock.advance(9_000);
    silence.reset();
    await clock.advance(1_000);
    await settleRenewal(true);
    await renewals(2);
    expect(reason()).toBeNull();
    await renewals(1);
    expect(reason()).toBe("silent");
  });

  it("counts the sleep of a machine as one renewal interval of silence", async () => {
    const { settleRenewal, clock, lease, reason } = given();
    lease.beginPaid();
    lease.watchSilence(30_000);
    clock.skip(3_600_000);
    // The limit of the step comes first, so extend it.
    void lease.extend(7_200_000);
    await settleRenewal(true);
    await clock.advance(10_000);
    expect(reason()).toBeNull();
  });

  it("keeps a paid step during a drain, and interrupts it when the drain times out", () => {
    const unpaid = given();
    unpaid.lease.drain();
    expect(unpaid.reason()).toBe("draining");
    const paid = given();
    paid.lease.beginPaid();
    paid.lease.drain();
    expect(paid.reason()).toBeNull();
    paid.lease.abort();
    expect(paid.reason()).toBe("draining");
  });
});
