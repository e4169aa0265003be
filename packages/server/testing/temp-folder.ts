import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** Registers a function that runs at the end. */
type OnFinished = (cleanUp: () => Promise<void>) => void;

/**
 * Creates a folder in the temporary folder and removes it after the test, when the test's hooks have closed its files.
 * Call it from a test or from `beforeEach`.
 *
 * @param name part of the folder's name, to identify a leftover folder.
 * @param onFinished the hook that removes the folder. A concurrent test passes the hook of its context, and a file or a
 * group whose tests share the folder passes `afterAll`.
 */
export async function tempFolder(name: string, onFinished: OnFinished = onTestFinished): Promise<string> {
  // Without the thread pool, both take a tenth of the CPU time.
  const folder = mkdtempSync(join(tmpdir(), `safelight-${name}-`));
  onFinished(async () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
