import { client } from "../safelight.ts";

/** Deletions on their way at once. */
const concurrency = 4;

/**
 * Deletes many generations.
 *
 * @param onProgress called after each one.
 * @returns the ids that could not be deleted.
 */
export async function deleteGenerations(ids: readonly string[], onProgress: () => void): Promise<readonly string[]> {
  const failed: string[] = [];
  const waiting = [...ids];
  const work = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await client.delete(id);
      } catch {
        failed.push(id);
      }
      onProgress();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return failed;
}
