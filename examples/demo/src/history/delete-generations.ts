import { client } from "../safelight.ts";

/** Maximum number of concurrent requests. */
const concurrency = 4;

/**
 * Deletes generations.
 *
 * @param onProgress called after each request, also after a failed one.
 * @returns the ids that could not be deleted.
 */
export async function deleteGenerations(ids: readonly string[], onProgress: () => void): Promise<readonly string[]> {
  const failed: string[] = [];
  const queue = ids.values();
  const deleteNext = async (): Promise<void> => {
    for (const id of queue) {
      try {
        await client.delete(id);
      } catch {
        failed.push(id);
      }
      onProgress();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, deleteNext));
  return failed;
}
