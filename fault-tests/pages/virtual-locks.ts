import type { LockOptions } from "../../packages/client/src/lib/watching/peers.js";

/** A page that requests locks. */
export interface LockOwner {
  /** Runs a callback as soon as the page's event loop runs. */
  run(work: () => void): void;
}

/** A request of a lock. */
export interface LockRequest extends LockOptions {
  readonly by: LockOwner;
  /** Runs while the page holds the lock. `held` is aborted when the lock was stolen, or with the signal. */
  readonly work: (held: AbortSignal) => Promise<void>;
}

interface Claim {
  readonly by: LockOwner;
  isHeld: boolean;
  leave(): void;
  grant(): void;
  /** Another page has stolen the lock. */
  revoke(): void;
}

/** The Web Locks API: a queue per name, in which a request may steal the lock. */
export class VirtualLocks {
  readonly #queues = new Map<string, Claim[]>();

  /** Number of locks that are held or waited for. */
  get size(): number {
    return [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }

  /** Whether a page holds a lock or waits for one. */
  has(by: LockOwner): boolean {
    return [...this.#queues.values()].some((queue) => queue.some((claim) => claim.by === by));
  }

  /** The pages that hold the lock of a name. */
  holders(): readonly LockOwner[] {
    return [...this.#queues.values()].flatMap((queue) => queue.filter(({ isHeld }) => isHeld).map(({ by }) => by));
  }

  /** The pages that wait for a lock that this one holds. */
  waitingFor(holder: LockOwner): readonly LockOwner[] {
    const queues = [...this.#queues.values()].filter((queue) =>
      queue.some(({ by, isHeld }) => isHeld && by === holder),
    );
    return queues.flatMap((queue) => queue.filter(({ isHeld }) => !isHeld).map(({ by }) => by));
  }

  /** Grants each lock to a second page too, or revokes it from all holders but one. */
  share(isShared: boolean): void {
    for (const queue of this.#queues.values()) {
      if (isShared) queue.find(({ isHeld }) => !isHeld)?.grant();
      else for (const extra of queue.filter(({ isHeld }) => isHeld).slice(1)) extra.revoke();
    }
  }

  /** Releases all locks and requests of a page that is gone. */
  drop(by: LockOwner): void {
    for (const queue of this.#queues.values()) for (const claim of [...queue]) if (claim.by === by) claim.leave();
  }

  /** Resolves when the work has ended, or when the signal ended the wait. */
  request(name: string, { steal, signal, by, work }: LockRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return resolve();
      const held = new AbortController();
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, queue);
      const leave = (): void => {
        const index = queue.indexOf(claim);
        if (index >= 0) queue.splice(index, 1);
        if (!queue.some(({ isHeld }) => isHeld)) queue[0]?.grant();
      };
      const abort = (): void => {
        held.abort();
        if (claim.isHeld) return;
        leave();
        resolve();
      };
      const begin = async (): Promise<void> => {
        try {
          await work(held.signal);
        } finally {
          signal.removeEventListener("abort", abort);
          leave();
        }
      };
      const claim: Claim = {
        by,
        isHeld: false,
        leave,
        grant: () => {
          claim.isHeld = true;
          by.run(() => begin().then(resolve, reject));
        },
        revoke: () => {
          queue.splice(queue.indexOf(claim), 1);
          by.run(() => held.abort());
        },
      };
      signal.addEventListener("abort", abort);
      if (steal) {
        for (const holder of queue.filter(({ isHeld }) => isHeld)) holder.revoke();
        queue.unshift(claim);
        claim.grant();
      } else if (queue.push(claim) === 1) claim.grant();
    });
  }
}
