/** A submit that is not committed yet. */
export interface PendingSubmit {
  /** Number of generations of submits of the same owner that began earlier and have not ended. */
  ahead(): number;
  /** Call it once the submit is committed or refused. */
  end(): void;
}

/** The submits of each owner that are not committed yet, in this process. */
export interface PendingSubmits {
  /** @param count number of its generations. Default: 1. */
  begin(ownerId: string, count?: number): PendingSubmit;
}

/** Creates the register. An owner without a pending submit costs no memory. */
export function createPendingSubmits(): PendingSubmits {
  // A map keeps the order of its insertions.
  const pending = new Map<string, Map<PendingSubmit, number>>();
  return {
    begin: (ownerId, count = 1) => {
      const own = pending.get(ownerId) ?? new Map<PendingSubmit, number>();
      pending.set(ownerId, own);
      const submit: PendingSubmit = {
        ahead: () => {
          let ahead = 0;
          for (const [earlier, size] of own) {
            if (earlier === submit) break;
            ahead += size;
          }
          return ahead;
        },
        end: () => {
          own.delete(submit);
          if (own.size === 0 && pending.get(ownerId) === own) pending.delete(ownerId);
        },
      };
      own.set(submit, count);
      return submit;
    },
  };
}
