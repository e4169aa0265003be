import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "./demo-secret.ts";

/** Lifetime of a link, in milliseconds. */
export const handoverLifetimeMs = 10 * 60_000;

/** Unused links per visitor. A further link deletes the oldest. */
export const maxOpenLinks = 5;

/** One-time tokens that let another device continue as the same visitor. */
export interface HandoverLinks {
  /** @returns the token, and its expiry in epoch milliseconds. */
  create(visitorId: string): Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** Consumes a token. @returns the id of its visitor; `null` when the token is unknown, used or expired. */
  redeem(token: string): Promise<string | null>;
}

/**
 * Stores each link in a small file, named by the hashes of its visitor and its token. Links therefore survive a crash and
 * are shared by all processes of the demo. A rename consumes a link: only one caller can rename a file.
 */
export function createHandoverLinks(folder: string, now: () => number = Date.now): HandoverLinks {
  return {
    async create(visitorId) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const visitorHash = hashVisitor(visitorId);
      await sweep({ folder, visitorHash, now: now() });
      const token = `${visitorHash}${randomBytes(16).toString("base64url")}`;
      const expiresAt = now() + handoverLifetimeMs;
      const handle = await open(join(folder, fileNameOf(token)), "wx", 0o600);
      try {
        await handle.writeFile(JSON.stringify({ visitorId, expiresAt }));
        await handle.sync();
      } finally {
        await handle.close();
      }
      return { token, expiresAt };
    },

    async redeem(token) {
      const file = join(folder, fileNameOf(token));
      const consumed = `${file}.${randomBytes(6).toString("hex")}`;
      try {
        await rename(file, consumed);
      } catch (error) {
        if (isSystemError(error, "ENOENT")) return null;
        throw error;
      }
      const link = parseLink(await readFile(consumed, "utf8"));
      await unlink(consumed);
      return link !== null && link.expiresAt > now() ? link.visitorId : null;
    },
  };
}

/** Whether a text has the form of a token. It may be unknown, used or expired. */
export function isLinkToken(text: string): boolean {
  return /^[0-9a-f]{16}[\w-]{22}$/.test(text);
}

/** Groups the links of a visitor without revealing the id. */
function hashVisitor(visitorId: string): string {
  return createHash("sha256").update(visitorId).digest("hex").slice(0, 16);
}

/** A token starts with the hash of its visitor. Any other string yields the name of a file that does not exist. */
function fileNameOf(token: string): string {
  const visitorHash = /^[0-9a-f]{16}/.exec(token)?.[0] ?? "";
  return `${visitorHash}.${createHash("sha256").update(token).digest("hex")}`;
}

/** @returns `null` for a file that a crash left incomplete. */
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

/** Deletes expired links, and the visitor's oldest links until one more is within the limit. */
async function sweep(options: {
  readonly folder: string;
  readonly visitorHash: string;
  /** Epoch milliseconds. */
  readonly now: number;
}): Promise<void> {
  const { folder, visitorHash, now } = options;
  const own: { readonly file: string; readonly createdAt: number }[] = [];
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    const createdAt = await createdAtOf(file);
    if (createdAt < now - 2 * handoverLifetimeMs) await removeIfExists(file);
    else if (name.startsWith(`${visitorHash}.`)) own.push({ file, createdAt });
  }
  const newestFirst = own.toSorted((left, right) => right.createdAt - left.createdAt);
  for (const { file } of newestFirst.slice(maxOpenLinks - 1)) await removeIfExists(file);
}

/** @returns epoch milliseconds; infinity when another process has swept or consumed the file. */
async function createdAtOf(file: string): Promise<number> {
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
