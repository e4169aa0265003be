import type { HeldLock, LockOptions } from "../../packages/client/src/lib/sharing/peers.js";

/** A page that requests locks. */
export interface LockOwner {
  /** Runs a callback as soon as the page's event loop runs. */
  run(work: () => void): void;
}

interface Claim {
  readonly by: LockOwner;
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

  /** Releases all locks and requests of a page that is gone. */
  drop(by: LockOwner): void {
    for (const queue of this.#queues.values()) for (const claim of [...queue]) if (claim.by === by) claim.leave();
  }

  request(
    name: string,
    { options: { steal, signal }, by }: { readonly options: LockOptions; readonly by: LockOwner },
  ): Promise<HeldLock | null> {
    return new Promise((resolve) => {
      if (signal.aborted && !steal) return resolve(null);
      const lost = new AbortController();
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, queue);
      const leave = (): void => {
        const index = queue.indexOf(claim);
        if (index < 0) return;
        queue.splice(index, 1);
        if (index === 0) queue[0]?.grant();
      };
      const giveUp = (): void => {
        leave();
        resolve(null);
      };
      const claim: Claim = {
        by,
        leave,
        grant: () => {
          signal.removeEventListener("abort", giveUp);
          by.run(() => resolve({ lost: lost.signal, release: leave }));
        },
        revoke: () => by.run(() => lost.abort()),
      };
      if (steal) {
        queue.shift()?.revoke();
        queue.unshift(claim);
        claim.grant();
      } else {
        signal.addEventListener("abort", giveUp);
        if (queue.push(claim) === 1) claim.grant();
      }
    });
  }
}
