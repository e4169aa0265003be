import { createHmac, randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, unlink } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Reads the secret of a database, or creates it on first use. Safe when several processes start at once: each writes a
 * complete temporary file and hard-links it to the final name. Only one link succeeds, and all processes read that file.
 *
 * @param file path of the secret; its folder is created if needed.
 * @returns 64 hexadecimal characters.
 */
export async function loadDemoSecret(file: string): Promise<string> {
  const existing = await readSecret(file);
  if (existing !== null) return existing;
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

/** Derives a key for one purpose: a signature for one purpose is invalid for any other. */
export function deriveKey(secret: string, purpose: string): string {
  return createHmac("sha256", secret).update(`safelight demo: ${purpose}`).digest("hex");
}

/** Whether an error is a system error with this code, such as `ENOENT`. */
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
