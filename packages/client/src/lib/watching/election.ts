import type { Environment } from "../environment.js";
import { onAbort } from "../requests/abort.js";
import { linkedController } from "../requests/linked-controller.js";
import type { Peers } from "./peers.js";

/** Max silence of the leader before a visible follower asks for a heartbeat. */
const maxSilenceMs = 10_000;
/** A leader that sends no heartbeat within this time hangs. */
const heartbeatTimeoutMs = 1_500;
/** Visible followers take over from a hidden leader after a random delay up to this one. */
const maxTakeOverDelayMs = 200;

/** Options of an election. */
export interface ElectionOptions {
  readonly environment: Environment;
  readonly peers: Peers;
  /** Name of the lock. */
  readonly name: string;
  /** Asks the leader for a heartbeat. */
  readonly requestHeartbeat: () => void;
  /** Leads until the signal aborts. Must not reject. */
  readonly lead: (held: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** A running election. */
export type Election = ReturnType<typeof startElection>;

/**
 * Elects one leader among the tabs, the holder of the lock, until the signal aborts. Safety does not depend on it, since
 * every tab applies frames by their positions: two leaders send more requests, and without a leader changes arrive later.
 *
 * - The browser gives the lock of a closed tab to the next one.
 * - A visible follower steals the lock of a leader that hangs (no heartbeat within 11.5 s) or is hidden.
 */
export function startElection({ environment, peers, name, requestHeartbeat, lead, signal }: ElectionOptions) {
  /** The running lock request. Its abort also ends leading. */
  let lockRequest = new AbortController();
  let cancelTimer = () => {};
  /** Whether the last message was of a hidden leader. A check of the leader resets it. */
  let isLeaderHidden = false;
  let isLeader = false;

  /** Replaces the timer. A hidden tab has none: when it is shown, it checks the leader. */
  const schedule = (callback: () => void, ms: number) => {
    cancelTimer();
    isLeaderHidden = false;
    if (!signal.aborted && !isLeader && !environment.isHidden()) cancelTimer = environment.schedule(callback, ms);
  };
  /** Asks the leader for a heartbeat, and steals the lock if none arrives. */
  const checkLeader = () => {
    if (signal.aborted || isLeader) return;
    requestHeartbeat();
    schedule(steal, heartbeatTimeoutMs);
  };
  const steal = () => void waitForLock(true);
  const waitForLock = async (isSteal: boolean): Promise<void> => {
    lockRequest.abort();
    const [request, unlink] = linkedController(signal);
    lockRequest = request;
    await peers.lock(name, { steal: isSteal, signal: request.signal }, async (held) => {
      if (held.aborted) return;
      cancelTimer();
      isLeader = true;
      await lead(held);
      isLeader = false;
    });
    unlink();
    // Another request replaced this one, or the election is over.
    if (lockRequest !== request || signal.aborted) return;
    // The lock was stolen.
    void waitForLock(false);
    checkLeader();
  };

  onAbort(signal, () => cancelTimer());
  void waitForLock(false);
  checkLeader();
  return {
    get isLeader(): boolean {
      return isLeader;
    },
    checkLeader,
    /** Records a message of the leader. */
    onLeaderMessage({ isHidden }: { readonly isHidden: boolean }): void {
      // More messages of a hidden leader do not delay the steal.
      if (isHidden && isLeaderHidden) return;
      if (isHidden) schedule(steal, environment.random() * maxTakeOverDelayMs);
      else schedule(checkLeader, maxSilenceMs);
      isLeaderHidden = isHidden;
    },
  };
}
