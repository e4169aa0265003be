import type { Environment } from "../environment.js";
import { onAbort } from "../requests/abort.js";
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

/**
 * Elects one leader among the tabs: the holder of the lock. Safety does not depend on it, since every tab applies frames
 * by their positions: two leaders cost requests, and none costs time. An election is about liveness only.
 *
 * - The browser gives the lock of a closed tab to the next one.
 * - A visible follower steals the lock of a leader that hangs (no heartbeat within 11.5 s) or is hidden.
 */
export interface Election {
  readonly isLeader: boolean;
  /** Records a message of the leader. */
  onLeaderMessage(message: { readonly isHidden: boolean }): void;
  /** Asks the leader for a heartbeat, and steals the lock if none arrives. */
  checkLeader(): void;
}

/** Takes part in an election until the signal aborts. */
export function joinElection(options: ElectionOptions): Election {
  const { environment, peers, name, requestHeartbeat, lead, signal } = options;
  let isLeader = false;
  let waiting = new AbortController();
  let cancelTimer = () => {};
  let isTakingOver = false;

  const schedule = (callback: () => void, ms: number) => {
    cancelTimer();
    isTakingOver = callback === takeOver;
    if (!signal.aborted && !isLeader && !environment.isHidden()) cancelTimer = environment.schedule(callback, ms);
  };
  const checkLeader = () => {
    if (signal.aborted || isLeader) return;
    requestHeartbeat();
    schedule(steal, heartbeatTimeoutMs);
  };
  const steal = () => void waitForLock(true);
  /** Steals the lock of a hidden leader. */
  const takeOver = () => steal();
  const work = async (held: AbortSignal): Promise<void> => {
    if (held.aborted) return;
    cancelTimer();
    isLeader = true;
    await lead(held);
    isLeader = false;
  };
  const waitForLock = async (isSteal: boolean): Promise<void> => {
    waiting.abort();
    const own = new AbortController();
    waiting = own;
    const unsubscribe = onAbort(signal, () => own.abort());
    await peers.lock(name, { steal: isSteal, signal: own.signal }, work);
    unsubscribe();
    // Another wait replaced this one, or the election is over.
    if (waiting !== own || signal.aborted) return;
    // The lock was stolen.
    void waitForLock(false);
    checkLeader();
  };

  onAbort(signal, () => cancelTimer());
  void waitForLock(false);
  return {
    get isLeader() {
      return isLeader;
    },
    onLeaderMessage({ isHidden }) {
      // More messages of a hidden leader do not delay the steal.
      if (isHidden && isTakingOver) return;
      if (isHidden) schedule(takeOver, environment.random() * maxTakeOverDelayMs);
      else schedule(checkLeader, maxSilenceMs);
    },
    checkLeader,
  };
}
