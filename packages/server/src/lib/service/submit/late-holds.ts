import type { Clock } from "../../ports/clock.js";
import { PendingWork } from "../../process/pending-work.js";
import { withinTime } from "../../process/within-time.js";

/** Max wait for late results when the server closes, in milliseconds. The outbox releases the other holds. */
const closeLimitMs = 10_000;

/** Calls of `authorize` whose submits have ended. */
export interface LateHolds {
  /** Never rejects. */
  track(call: Promise<void>): void;
  /** Waits for all calls, up to 10 seconds. Only for `close`: no request may wait for another one. */
  settled(): Promise<void>;
}

export function createLateHolds(clock: Clock): LateHolds {
  const calls = new PendingWork();
  return {
    // After an error, the outbox releases the hold.
    track: (call) => void calls.track(call.catch(() => {})),
    settled: () =>
      withinTime({ clock, limitMs: closeLimitMs, what: "credits.authorize" }, () => calls.settled()).catch(() => {}),
  };
}
