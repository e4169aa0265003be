import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "./demo-secret.ts";

/** How long a link may be used, in milliseconds. */
export const handoverLifetimeMs = 10 * 60_000;

/** How many links of one visitor may be open; one more closes the oldest. */
export const maxOpenLinks = 5;

/** One-time tokens that hand a visitor to another device. */
export interface HandoverLinks {
  create(visitorId: string): Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** Uses a token up. @returns whose it was; `null` when it is unknown, used or too old. */
  redeem(token: string): Promise<string | null>;
}

/**
 * Keeps one small file for each link, named by its visitor and its token, both hashed: it outlives a crash, is shared
 * by all processes of the demo, and can be taken once only, because a file can be renamed away once only.
 */
export function createHandoverLinks(folder: string, now: () => number = Date.now): HandoverLinks {
  return {
    async create(visitorId) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const mark = markOf(visitorId);
      await sweep(folder, mark, now());
      const token = `${mark}${randomBytes(16).toString("base64url")}`;
      const expiresAt = now() + handoverLifetimeMs;
      const handle = await open(join(folder, nameOf(token)), "wx", 0o600);
      try {
        await handle.writeFile(JSON.stringify({ visitorId, expiresAt }));
        await handle.sync();
      } finally {
        await handle.close();
      }
      return { token, expiresAt };
    },

    async redeem(token) {
      const file = join(folder, nameOf(token));
      const taken = `${file}.${randomBytes(6).toString("hex")}`;
      try {
        await rename(file, taken);
      } catch (error) {
        if (isSystemError(error, "ENOENT")) return null;
        throw error;
      }
      const link = parseLink(await readFile(taken, "utf8"));
      await unlink(taken);
      return link !== null && link.expiresAt > now() ? link.visitorId : null;
    },
  };
}

/** Marks all links of one visitor, and tells nobody who that is. */
function markOf(visitorId: string): string {
  return createHash("sha256").update(visitorId).digest("hex").slice(0, 16);
}

/** The mark in front is the token's own; whatever is no token names a file that is not there. */
function nameOf(token: string): string {
  const mark = /^[0-9a-f]{16}/.exec(token)?.[0] ?? "";
  return `${mark}.${createHash("sha256").update(token).digest("hex")}`;
}

/** `null` for a file that a crash left half written. */
function parseLink(text: string): { readonly visitorId: string; readonly expiresAt: number } | null {
  try {
    const link: unknown = JSON.parse(text);
    if (typeof link !== "object" || link === null || !("visitorId" in link) || !("expiresAt" in link)) return null;
    if (typeof link.visitorId !== "string" || typeof link.expiresAt !== "number") return null;
    return { visitorId: link.visitorId, expiresAt: link.expiresAt };
  } catch {
    return null;
  }
}

/** Removes what is too old, and makes room for one more link of a visitor. */
async function sweep(folder: string, mark: string, now: number): Promise<void> {
  const own: { readonly file: string; readonly madeAt: number }[] = [];
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const madeAt = await madeAtOf(file);
    if (madeAt < now - 2 * handoverLifetimeMs) await removeIfExists(file);
    else if (name.startsWith(`${mark}.`)) own.push({ file, madeAt });
  }
  const newestFirst = own.toSorted((one, other) => other.madeAt - one.madeAt);
  for (const { file } of newestFirst.slice(maxOpenLinks - 1)) await removeIfExists(file);
}

/** Another process may have swept or used a file meanwhile. @returns epoch milliseconds; infinite when it is gone. */
async function madeAtOf(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

async function removeIfExists(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
  }
}
