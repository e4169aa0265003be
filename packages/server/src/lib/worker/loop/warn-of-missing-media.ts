import { errorLine } from "../../ports/error-text.js";
import { StoreUnavailable } from "../../ports/store/store-unavailable.js";
import type { WorkerContext } from "../context/worker-context.js";

/**
 * Logs an error if the newest output of the database is missing in the storage. An empty storage, such as the folder
 * below an unmounted volume, cannot detect by itself that it is the wrong one.
 */
export async function warnOfMissingMedia({
  logger,
  storage,
  store,
}: Pick<WorkerContext, "logger" | "storage" | "store">): Promise<void> {
  try {
    const key = await store.newestOutputKey();
    if (key === null) return;
    const object = await storage.get(key);
    await object?.body.cancel();
    // The output may have been deleted in between.
    if (object !== null || (await store.newestOutputKey()) !== key) return;
    logger.error("The newest output of the database is missing in the storage: check its volume or bucket.", {
      event: "storage.incomplete",
      storage: storage.id,
    });
  } catch (error) {
    // The worker's loop logs that the store is unavailable.
    if (StoreUnavailable.isInstance(error)) return;
    logger.warn("Could not check that the storage has the newest output of the database.", {
      event: "storage.not_checked",
      error: errorLine(error),
    });
  }
}
