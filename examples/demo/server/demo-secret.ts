import { createHmac, randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, unlink } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Reads the secret of this database, and makes it the first time. Safe when several processes start at once: a file
 * with the whole secret in it is linked into place, which only one of them can do, and all read what is there then.
 *
 * @param file where it is kept.
 * @returns 64 hexadecimal characters.
 */
export async function loadDemoSecret(file: string): Promise<string> {
  const kept = await readSecret(file);
  if (kept !== null) return kept;
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}-${randomBytes(6).toString("hex")}`;
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(randomBytes(32).toString("hex"));
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, file);
  } catch (error) {
    if (!isSystemError(error, "EEXIST")) throw error;
  } finally {
    await unlink(draft);
  }
  return readFile(file, "utf8");
}

/** A key for one purpose, so that what is signed for one is worth nothing for another. */
export function deriveKey(secret: string, purpose: string): string {
  return createHmac("sha256", secret).update(`safelight demo: ${purpose}`).digest("hex");
}

/** Tells whether an error is the operating system's of this code, such as `ENOENT`. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

async function readSecret(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return null;
    throw error;
  }
}
