/** A submit that is not committed yet. */
export interface PendingSubmit {
  /** Number of submits of the same owner that began earlier and have not ended. */
  ahead(): number;
  /** Call it once the submit is committed or refused. */
  end(): void;
}

/** The submits of each owner that are not committed yet, in this process. */
export interface PendingSubmits {
  begin(ownerId: string): PendingSubmit;
}

/** Creates the register. An owner without a pending submit costs no memory. */
export function createPendingSubmits(): PendingSubmits {
  // A set keeps the order of its insertions.
  const pending = new Map<string, Set<PendingSubmit>>();
  return {
    begin: (ownerId) => {
      const own = pending.get(ownerId) ?? new Set();
      pending.set(ownerId, own);
      const submit: PendingSubmit = {
        ahead: () => [...own].indexOf(submit),
        end: () => {
          own.delete(submit);
          if (own.size === 0 && pending.get(ownerId) === own) pending.delete(ownerId);
        },
      };
      own.add(submit);
      return submit;
    },
  };
}
