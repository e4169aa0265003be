import type { HeldLock, LockOptions } from "../../../client/src/lib/peers.js";

interface Claim {
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

  /** @param run does what reaches the page, when it can be reached. */
  request(name: string, { steal, signal }: LockOptions, run: (work: () => void) => void): Promise<HeldLock | null> {
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
        grant: () => {
          signal.removeEventListener("abort", giveUp);
          run(() => resolve({ lost: lost.signal, release: leave }));
        },
        rob: () => run(() => lost.abort()),
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
