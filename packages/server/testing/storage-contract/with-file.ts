import { openAsBlob } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Calls `work` with a file of these bytes, and deletes the file afterwards. */
export async function withFile<Result>(bytes: Uint8Array, work: (file: Blob) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "safelight-contract-"));
  try {
    const path = join(folder, "body");
    await writeFile(path, bytes);
    return await work(await openAsBlob(path));
  } finally {
    await rm(folder, { recursive: true });
  }
}
