import { mkdtemp, rm } from "node:fs/promises";

/**
 * Creates a folder for Unix sockets. Its path is short: that of a socket has at most 107 bytes, and the temporary folder
 * of a test may be nested.
 *
 * @param onFinished registers a function that deletes it.
 */
export async function socketFolder(onFinished: (cleanUp: () => Promise<unknown>) => void): Promise<string> {
  const folder = await mkdtemp("/tmp/safelight-");
  onFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
