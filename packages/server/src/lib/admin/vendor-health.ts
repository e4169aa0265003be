import type { AttemptCount, AttemptTimes, VendorReading } from "../ports/store/operator-counts.js";

/** A failure of a vendor that only an operator can mend. */
export interface VendorFault {
  readonly code: string;
  readonly count: number;
  readonly lastAt: number;
  /** The newest generation of the failure. */
  readonly generationId: string;
  readonly advice: string;
  /** Whether a later attempt at the vendor is done. Another model of the vendor may still fail. */
  readonly hasLaterSuccess: boolean;
}

/** The attempts at one provider in a span of time. */
export interface VendorHealth {
  readonly providerId: string;
  readonly attempts: number;
  readonly done: number;
  /** Attempts that ended or whose outcome is unknown: `done` is a share of them. */
  readonly decided: number;
  readonly rateLimited: number;
  readonly contentBlocked: number;
  /** Attempts whose outcome was unknown at some time. */
  readonly unknown: number;
  readonly accepted: Omit<AttemptTimes, "providerId" | "until"> | null;
  readonly finished: Omit<AttemptTimes, "providerId" | "until"> | null;
  /** The failure with the latest attempt. */
  readonly lastError: Pick<VendorFault, "code" | "lastAt" | "generationId"> | null;
  readonly costs: readonly { readonly unit: string; readonly amount: number }[];
  /** Failures that end only when an operator acts, the latest first. */
  readonly faults: readonly VendorFault[];
}

/** Remedies for the failures that no retry mends, by failure code. */
const remedies: Readonly<Record<string, string>> = {
  unauthenticated: "The vendor refuses the API key. Set a valid key in the options of the provider, and deploy it.",
  forbidden: "The key has no access to the model. Grant it in the vendor's console, or use another key.",
  insufficient_credit:
    "The vendor's account has no credit left. Add credit, or raise its limit, in the vendor's console.",
  not_found:
    "The vendor does not know the model or the address. Correct the model's name in the options of the provider.",
};

/** The vendors of a reading: first those with a fault that continues, then by their number of attempts. */
export function vendorHealthOf({ costs, counts, times }: VendorReading): readonly VendorHealth[] {
  const ids = [...new Set(counts.map(({ providerId }) => providerId))];
  const vendors = ids.map((providerId): VendorHealth => {
    const rows = counts.filter((row) => row.providerId === providerId);
    const timeOf = (until: AttemptTimes["until"]) => {
      const time = times.find((row) => row.providerId === providerId && row.until === until);
      return time === undefined ? null : { p50Ms: time.p50Ms, p95Ms: time.p95Ms };
    };
    const last = rows.filter(({ failureCode }) => failureCode !== null).toSorted(byLatest)[0];
    return {
      providerId,
      attempts: sum(rows),
      done: sum(rows.filter(({ state }) => state === "done")),
      decided: sum(rows.filter(({ state }) => ["done", "rejected", "failed", "unknown"].includes(state))),
      rateLimited: sum(rows.filter(({ failureCode }) => failureCode === "rate_limited")),
      contentBlocked: sum(rows.filter(({ failureCode }) => failureCode === "content_blocked")),
      unknown: rows.reduce((total, row) => total + row.unknown, 0),
      accepted: timeOf("accepted"),
      finished: timeOf("done"),
      lastError:
        last === undefined
          ? null
          : { code: last.failureCode ?? "", lastAt: last.lastAt, generationId: last.generationId },
      costs: costs.filter((cost) => cost.providerId === providerId).map(({ amount, unit }) => ({ amount, unit })),
      faults: faultsOf(rows),
    };
  });
  const hasOpenFault = ({ faults }: VendorHealth) => Number(faults.some(({ hasLaterSuccess }) => !hasLaterSuccess));
  return vendors.toSorted((one, other) => hasOpenFault(other) - hasOpenFault(one) || other.attempts - one.attempts);
}

function faultsOf(rows: readonly AttemptCount[]): readonly VendorFault[] {
  const doneAt = Math.max(0, ...rows.filter(({ state }) => state === "done").map(({ lastAt }) => lastAt));
  const codes = Object.keys(remedies).filter((code) => rows.some(({ failureCode }) => failureCode === code));
  const faults = codes.map((code): VendorFault => {
    // A refusal and a failed job may have the same code.
    const failed = rows.filter(({ failureCode }) => failureCode === code).toSorted(byLatest);
    const { generationId = "", lastAt = 0 } = failed[0] ?? {};
    const advice = remedies[code] ?? "";
    return { code, lastAt, generationId, count: sum(failed), advice, hasLaterSuccess: doneAt > lastAt };
  });
  return faults.toSorted(byLatest);
}

const byLatest = (one: { readonly lastAt: number }, other: { readonly lastAt: number }) => other.lastAt - one.lastAt;

const sum = (rows: readonly AttemptCount[]): number => rows.reduce((total, { count }) => total + count, 0);
