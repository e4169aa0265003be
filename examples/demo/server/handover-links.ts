import { createHash, randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "./demo-secret.ts";

/** How long a link may be used, in milliseconds. */
export const handoverLifetimeMs = 10 * 60_000;

/** One-time tokens that hand a visitor to another device. */
export interface HandoverLinks {
  create(visitorId: string): Promise<{ readonly token: string; readonly expiresAt: number }>;
  /** Uses a token up. @returns whose it was; `null` when it is unknown, used or too old. */
  redeem(token: string): Promise<string | null>;
}

/**
 * Keeps one small file for each link, named by the hash of its token: it outlives a crash, is shared by all processes
 * of the demo, and can be taken once only, because a file can be renamed away once only.
 */
export function createHandoverLinks(folder: string, now: () => number = Date.now): HandoverLinks {
  return {
    async create(visitorId) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await sweep(folder, now());
      const token = randomBytes(16).toString("base64url");
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

function nameOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
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

async function sweep(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    try {
      if ((await stat(file)).mtimeMs < now - 2 * handoverLifetimeMs) await unlink(file);
    } catch (error) {
      // Another process swept it or used it meanwhile.
      if (!isSystemError(error, "ENOENT")) throw error;
    }
  }
}
