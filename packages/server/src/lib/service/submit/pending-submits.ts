/** A submit that is not committed yet. */
export interface PendingSubmit {
  /** Number of generations of submits of the same owner that began earlier and have not ended. */
  ahead(): number;
  /**
   * Lets the submit count beyond its end, because it may hold credits of the host.
   *
   * @param until epoch milliseconds; from then on it does not count in any case.
   * @returns a function that ends it. Call it once the credits are released.
   */
  keep(until: number): () => void;
  /** Call it once the submit is committed or refused. */
  end(): void;
}

/** The submits of each owner that are not committed yet, in this process. */
export interface PendingSubmits {
  /** @param count number of its generations. Default: 1. */
  begin(ownerId: string, count?: number): PendingSubmit;
}

interface Counted {
  readonly count: number;
  /** Calls of `keep` that have not ended. */
  kept: number;
  hasEnded: boolean;
  /** Epoch milliseconds. */
  until: number;
}

/** Creates the register. An owner without a pending submit costs no memory. */
export function createPendingSubmits(now: () => number): PendingSubmits {
  // A map keeps the order of its insertions.
  const pending = new Map<string, Map<PendingSubmit, Counted>>();
  return {
    begin: (ownerId, count = 1) => {
      const own = pending.get(ownerId) ?? new Map<PendingSubmit, Counted>();
      pending.set(ownerId, own);
      const counted: Counted = { count, kept: 0, hasEnded: false, until: 0 };
      const remove = (ended: PendingSubmit): void => {
        own.delete(ended);
        if (own.size === 0 && pending.get(ownerId) === own) pending.delete(ownerId);
      };
      const submit: PendingSubmit = {
        ahead: () => {
          let ahead = 0;
          for (const [earlier, { count, hasEnded, until }] of own) {
            if (earlier === submit) break;
            if (hasEnded && until <= now()) remove(earlier);
            else ahead += count;
          }
          return ahead;
        },
        keep: (until) => {
          counted.kept += 1;
          counted.until = Math.max(counted.until, until);
          return () => {
            counted.kept -= 1;
            if (counted.hasEnded && counted.kept === 0) remove(submit);
          };
        },
        end: () => {
          counted.hasEnded = true;
          if (counted.kept === 0) remove(submit);
        },
      };
      own.set(submit, counted);
      return submit;
    },
  };
}
