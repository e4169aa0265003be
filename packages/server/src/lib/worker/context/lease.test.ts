import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { type HeldAnswer, heldAnswer } from "../../../../testing/held-answer.js";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import { Interrupted, Lease } from "./lease.js";
import { StoreOutage } from "./store-outage.js";

const leaseMs = 30_000;
const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A lease of half a minute that began now, renewed every ten seconds. The test resolves each renewal. */
function given({ limitMs = 300_000 } = {}) {
  const clock = fakeClock();
  const renewals: HeldAnswer<boolean>[] = [];
  const renew = (): Promise<boolean> => {
    const renewal = heldAnswer<boolean>();
    renewals.push(renewal);
    return renewal.line({ signal: AbortSignal.abort() });
  };
  const lease = new Lease(
    { clock, leaseMs, logger: quiet, outage: new StoreOutage(quiet), store: { renew } },
    { id: "gen", epoch: 1 },
    { claimedAt: clock.now(), limitMs },
  );
  const reason = (): string | null => (lease.signal.reason instanceof Interrupted ? lease.signal.reason.reason : null);
  /** Resolves the latest renewal. */
  const answer = async (isHeld: boolean | Error): Promise<void> => {
    const renewal = renewals.at(-1);
    if (isHeld instanceof Error) renewal?.reject(isHeld);
    else renewal?.resolve(isHeld);
    await clock.advance(0);
  };
  return { answer, clock, lease, reason, renewals };
}

describe("Lease", () => {
  it("is certain for as long as it was taken for, and counts from when a renewal was sent", async () => {
    const { answer, clock, lease } = given();
    await clock.advance(10_000);
    await clock.advance(5_000);
    await answer(true);
    clock.skip(24_999);
    expect(lease.isCertain).toBe(true);
    clock.skip(1);
    expect(lease.isCertain).toBe(false);
  });

  it("is renewed over and over while it is held", async () => {
    const { answer, clock, lease, renewals } = given();
    for (const count of [1, 2, 3, 4]) {
      await clock.advance(10_000);
      expect(renewals).toHaveLength(count);
      await answer(true);
    }
    expect(lease.isCertain).toBe(true);
  });

  it("interrupts when another worker has it, paid or not", async () => {
    const { answer, clock, lease, reason } = given();
    lease.beginPaid();
    await clock.advance(10_000);
    await answer(false);
    expect(reason()).toBe("lost");
    expect(clock.pending()).toEqual([]);
  });

  it("is not asked for after the machine has slept for longer, unless something is paid for", async () => {
    const unpaid = given();
    unpaid.clock.skip(leaseMs);
    await unpaid.clock.advance(0);
    expect([unpaid.reason(), unpaid.renewals.length]).toEqual(["overdue", 0]);
    const paid = given();
    paid.lease.beginPaid();
    paid.clock.skip(leaseMs);
    await paid.clock.advance(0);
    await paid.answer(true);
    expect([paid.reason(), paid.renewals.length]).toEqual([null, 1]);
  });

  it("interrupts when it has lapsed while the store did not answer, unless something is paid for", async () => {
    const gone = new StoreUnavailable("gone");
    const unpaid = given();
    await unpaid.clock.advance(10_000);
    await unpaid.clock.advance(19_999);
    await unpaid.answer(gone);
    expect(unpaid.reason()).toBeNull();
    await unpaid.clock.advance(10_000);
    expect(unpaid.reason()).toBe("overdue");
    const late = given();
    await late.clock.advance(leaseMs);
    await late.answer(gone);
    expect(late.reason()).toBe("overdue");
    const paid = given();
    paid.lease.beginPaid();
    await paid.clock.advance(leaseMs);
    await paid.answer(gone);
    expect(paid.reason()).toBeNull();
  });

  it.each([true, false, new StoreUnavailable("gone")])(
    "is over once it has ended, whatever comes late: %s",
    async (late) => {
      const { answer, clock, lease, reason } = given();
      await clock.advance(10_000);
      lease.end();
      await answer(late);
      expect([reason(), clock.pending()]).toEqual([null, []]);
    },
  );

  it("is not taken up again by prolonging it after its end", async () => {
    const { clock, lease, renewals } = given();
    lease.end();
    await lease.prolong(60_000);
    expect([renewals.length, clock.pending()]).toEqual([0, []]);
  });

  it("is renewed at once when it is prolonged, and has its limit later", async () => {
    const { answer, clock, lease, reason, renewals } = given({ limitMs: 5_000 });
    const prolonged = lease.prolong(4_000);
    await answer(true);
    await prolonged;
    expect([renewals.length, lease.leftMs]).toEqual([1, 9_000]);
    await clock.advance(8_999);
    expect(reason()).toBeNull();
    await clock.advance(1);
    expect([reason(), lease.leftMs]).toEqual(["overdue", 0]);
  });

  it("lets what is paid for go on through a drain, and not beyond it", () => {
    const unpaid = given();
    unpaid.lease.drain();
    expect(unpaid.reason()).toBe("draining");
    const paid = given();
    paid.lease.beginPaid();
    paid.lease.drain();
    expect(paid.reason()).toBeNull();
    paid.lease.cut();
    expect(paid.reason()).toBe("draining");
  });
});
