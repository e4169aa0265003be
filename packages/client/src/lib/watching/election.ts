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
export class Election {
  readonly #options: ElectionOptions;
  #waiting = new AbortController();
  #cancelTimer = () => {};
  #isTakingOver = false;
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
    if (isHidden && this.#isTakingOver) return;
    if (isHidden) this.#schedule(() => this.#steal(), this.#options.environment.random() * maxTakeOverDelayMs);
    else this.#schedule(() => this.checkLeader(), maxSilenceMs);
    this.#isTakingOver = isHidden;
  }

  /** Asks the leader for a heartbeat, and steals the lock if none arrives. */
  checkLeader(): void {
    if (this.#options.signal.aborted || this.isLeader) return;
    this.#options.requestHeartbeat();
    this.#schedule(() => this.#steal(), heartbeatTimeoutMs);
  }

  #schedule(callback: () => void, ms: number): void {
    const { environment, signal } = this.#options;
    this.#cancelTimer();
    this.#isTakingOver = false;
    if (signal.aborted || this.isLeader || environment.isHidden()) return;
    this.#cancelTimer = environment.schedule(callback, ms);
  }

  #steal(): void {
    void this.#waitForLock(true);
  }

  async #waitForLock(steal: boolean): Promise<void> {
    const { peers, name, signal } = this.#options;
    this.#waiting.abort();
    const own = new AbortController();
    this.#waiting = own;
    const unsubscribe = onAbort(signal, () => own.abort());
    await peers.lock(name, { steal, signal: own.signal }, (held) => this.#lead(held));
    unsubscribe();
    // Another wait replaced this one, or the election is over.
    if (this.#waiting !== own || signal.aborted) return;
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
