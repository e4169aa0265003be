import { randomUUID } from "node:crypto";
import { type FileHandle, lstat, mkdtemp, open, readdir, rm, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { geteuid } from "node:process";

const prefix = "safelight-spool-";
/** Nobody holds an output for so long. */
const staleAfterMs = 86_400_000;
const mostTries = 5;

/** A file in the making. */
export interface SpoolFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/**
 * The folder of this process for files that are needed for a moment: made with the first of them, for nobody else to look
 * into, and removed with the last. What a process that died has left of this kind is removed when the next one begins.
 */
export class SpoolFolder {
  readonly #parent: string;
  readonly #now: () => number;
  #sweeping: Promise<void> | null = null;
  #making: Promise<string> | null = null;

  /** @param options.now epoch milliseconds. */
  constructor(parent: string, { now }: { readonly now: () => number }) {
    this.#parent = parent;
    this.#now = now;
  }

  async createFile(): Promise<SpoolFile> {
    this.#sweeping ??= sweep(this.#parent, this.#now() - staleAfterMs);
    await this.#sweeping;
    for (let tries = 1; ; tries += 1) {
      this.#making ??= mkdtemp(join(this.#parent, prefix));
      const making = this.#making;
      try {
        const path = join(await making, randomUUID());
        return { path, handle: await open(path, "wx", 0o600) };
      } catch (error) {
        if (this.#making === making) this.#making = null;
        // The end of another file may have taken the folder away in between.
        const isGone = error instanceof Error && "code" in error && error.code === "ENOENT";
        if (!isGone || tries === mostTries) throw error;
      }
    }
  }

  /** Never throws: what cannot be removed now is swept another day. */
  async removeFile(path: string): Promise<void> {
    await rm(path, { force: true }).catch(() => undefined);
    // Fails while the folder holds other files; then it stays.
    await rmdir(dirname(path)).catch(() => undefined);
  }
}

/** Whatever cannot be looked at or removed is somebody else's. */
async function sweep(parent: string, staleBefore: number): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    if (name.startsWith(prefix)) await removeStale(join(parent, name), staleBefore).catch(() => undefined);
  }
}

/** Of ours, and of those only what was made here: what is a link goes itself, and what is a folder stays. */
async function removeStale(folder: string, staleBefore: number): Promise<void> {
  const found = await lstat(folder);
  const isOurs = found.isDirectory() && found.uid === (geteuid?.() ?? found.uid);
  if (!isOurs || found.mtimeMs >= staleBefore) return;
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  for (const path of paths) if ((await lstat(path)).mtimeMs >= staleBefore) return;
  for (const path of paths) await unlink(path);
  await rmdir(folder);
}
