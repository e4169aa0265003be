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
 * by their positions: two leaders send more requests, and without a leader changes arrive later.
 *
 * - The browser gives the lock of a closed tab to the next one.
 * - A visible follower steals the lock of a leader that hangs (no heartbeat within 11.5 s) or is hidden.
 */
export class Election {
  readonly #options: ElectionOptions;
  /** The running lock request. Its abort also ends leading. */
  #lockRequest = new AbortController();
  #cancelTimer = () => {};
  /** Whether the last message was of a hidden leader. A check of the leader resets it. */
  #isLeaderHidden = false;
  isLeader = false;

  constructor(options: ElectionOptions) {
    this.#options = options;
  }

  /** Takes part until the signal aborts. */
  start(): void {
    onAbort(this.#options.signal, () => this.#cancelTimer());
    void this.#waitForLock(false);
    this.checkLeader();
  }

  /** Records a message of the leader. */
  onLeaderMessage({ isHidden }: { readonly isHidden: boolean }): void {
    // More messages of a hidden leader do not delay the steal.
    if (isHidden && this.#isLeaderHidden) return;
    if (isHidden) this.#schedule(this.#steal, this.#options.environment.random() * maxTakeOverDelayMs);
    else this.#schedule(() => this.checkLeader(), maxSilenceMs);
    this.#isLeaderHidden = isHidden;
  }

  /** Asks the leader for a heartbeat, and steals the lock if none arrives. */
  checkLeader(): void {
    if (this.#options.signal.aborted || this.isLeader) return;
    this.#options.requestHeartbeat();
    this.#schedule(this.#steal, heartbeatTimeoutMs);
  }

  /** Replaces the timer. A hidden tab has none: when it is shown, it checks the leader. */
  #schedule(callback: () => void, ms: number): void {
    const { environment, signal } = this.#options;
    this.#cancelTimer();
    this.#isLeaderHidden = false;
    if (signal.aborted || this.isLeader || environment.isHidden()) return;
    this.#cancelTimer = environment.schedule(callback, ms);
  }

  readonly #steal = () => {
    void this.#waitForLock(true);
  };

  async #waitForLock(steal: boolean): Promise<void> {
    const { peers, name, signal } = this.#options;
    this.#lockRequest.abort();
    const lockRequest = new AbortController();
    this.#lockRequest = lockRequest;
    const unsubscribe = onAbort(signal, () => lockRequest.abort());
    await peers.lock(name, { steal, signal: lockRequest.signal }, (held) => this.#lead(held));
    unsubscribe();
    // Another request replaced this one, or the election is over.
    if (this.#lockRequest !== lockRequest || signal.aborted) return;
    // The lock was stolen.
    void this.#waitForLock(false);
    this.checkLeader();
  }

  async #lead(held: AbortSignal): Promise<void> {
    if (held.aborted) return;
    this.#cancelTimer();
    this.isLeader = true;
    await this.#options.lead(held);
    this.isLeader = false;
  }
}
