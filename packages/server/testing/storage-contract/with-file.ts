import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Calls `work` with a file of these bytes, and deletes the file afterwards. */
export async function withFile<Result>(bytes: Uint8Array, work: (file: Blob) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "safelight-contract-"));
  try {
    const path = join(folder, "body");
    writeFileSync(path, bytes);
    return await work(await openAsBlob(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
