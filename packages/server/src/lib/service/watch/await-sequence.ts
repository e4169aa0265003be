import type { Store } from "../../ports/store/store.js";
import { type ChangeWaiterContext, createChangeWaiter } from "./change-waiter.js";

/** Delays before the checks, in milliseconds: 2 seconds in all, more than the usual lag of a replica. */
const checkDelaysMs = [50, 150, 300, 500, 1_000] as const;

/**
 * Waits up to 2 seconds until the database has a sequence that an earlier response of the owner had: a replica may lag
 * behind the database of that response. Does not wait when this owner, or all owners together, have too many watches.
 */
export async function awaitSequence(
  context: ChangeWaiterContext & { readonly store: Pick<Store, "sequencesOf"> },
  {
    ownerId,
    holderId,
    sequence,
    signal,
  }: {
    readonly ownerId: string;
    readonly holderId?: string | undefined;
    readonly sequence: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<void> {
  const waiter = createChangeWaiter(context, { ownerId, holderId, waitMs: checkDelaysMs[0], signal });
  if (waiter === null) return;
  try {
    for (const delayMs of checkDelaysMs) {
      waiter.restartTimer(delayMs);
      do {
        waiter.clear();
        await waiter.wait();
        if (waiter.isAborted()) return;
        const { sequences } = await context.store.sequencesOf([ownerId]);
        if ((sequences.get(ownerId) ?? 0) >= sequence) return;
      } while (!waiter.isTimedOut());
    }
  } finally {
    waiter.dispose();
  }
}
