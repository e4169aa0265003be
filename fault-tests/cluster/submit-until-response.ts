import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { StoreUnavailable } from "../../packages/server/src/lib/ports/store/store-unavailable.js";
import type { SubmitCommand, SubmitVerdict } from "../../packages/server/src/lib/ports/store/submit-commands.js";

/** Sends a submit until the store responds, as a client does: on a busy machine, the database may not respond in time. */
export async function submitUntilResponse(store: Store, command: SubmitCommand): Promise<SubmitVerdict> {
  for (;;) {
    try {
      return await store.submit(command);
    } catch (error) {
      if (!StoreUnavailable.isInstance(error)) throw error;
    }
  }
}
