import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/**
 * Creates a folder in the temporary folder and removes it after the test, when the test's hooks have closed its files.
 * Call it from a test or from `beforeEach`.
 *
 * @param name tells whose folder it is, while the test runs.
 * @param onFinished the hook of the test; a concurrent test passes the one of its context.
 */
export async function tempFolder(name: string, onFinished: typeof onTestFinished = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `safelight-${name}-`));
  onFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
