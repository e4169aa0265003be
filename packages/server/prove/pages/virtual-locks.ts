import type { HeldLock, LockOptions } from "../../../client/src/lib/sharing/peers.js";

/** Who asks for locks. */
export interface LockTaker {
  /** Does what reaches it, when it can be reached. */
  run(work: () => void): void;
}

interface Claim {
  readonly by: LockTaker;
  leave(): void;
  grant(): void;
  /** Somebody else has it now. */
  rob(): void;
}

/** Locks as browsers have them: first come, first served, unless somebody steals. */
export class VirtualLocks {
  readonly #queues = new Map<string, Claim[]>();

  /** How many are held or waited for. */
  get size(): number {
    return [...this.#queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }

  /** Takes away all that somebody has or waits for, who is not there any more. */
  drop(by: LockTaker): void {
    for (const queue of this.#queues.values()) for (const claim of [...queue]) if (claim.by === by) claim.leave();
  }

  request(name: string, { steal, signal }: LockOptions, by: LockTaker): Promise<HeldLock | null> {
    return new Promise((resolve) => {
      if (signal.aborted && !steal) return resolve(null);
      const lost = new AbortController();
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, queue);
      const leave = (): void => {
        const place = queue.indexOf(claim);
        if (place < 0) return;
        queue.splice(place, 1);
        if (place === 0) queue[0]?.grant();
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
        rob: () => by.run(() => lost.abort()),
      };
      if (steal) {
        queue.shift()?.rob();
        queue.unshift(claim);
        claim.grant();
      } else {
        signal.addEventListener("abort", giveUp);
        if (queue.push(claim) === 1) claim.grant();
      }
    });
  }
}
