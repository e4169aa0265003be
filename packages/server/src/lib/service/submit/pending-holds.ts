import type { Clock } from "../../ports/clock.js";
import { PendingWork } from "../../process/pending-work.js";
import { withinTime } from "../../process/within-time.js";

/** Max wait when the server closes, in milliseconds. The outbox releases the holds that are open then. */
const closeLimitMs = 10_000;

/** Submits that hold credits of the host, and late results of calls of `authorize` whose submits have ended. */
export interface PendingHolds {
  /** Never rejects. */
  track(work: Promise<unknown>): void;
  /** Waits for all of it, up to 10 seconds. Only for `close`: no request may wait for another one. */
  settled(): Promise<void>;
}

export function createPendingHolds(clock: Clock): PendingHolds {
  const pending = new PendingWork();
  return {
    // After an error, the outbox releases the hold.
    track: (work) => void pending.track(work.catch(() => {})),
    settled: () =>
      withinTime({ clock, limitMs: closeLimitMs, what: "credits.authorize" }, () => pending.settled()).catch(() => {}),
  };
}
