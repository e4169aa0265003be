import { randomUUID } from "node:crypto";
import { type FileHandle, lstat, mkdtemp, open, readdir, rm, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { geteuid, pid } from "node:process";
import { isDead, processPlace } from "./process-place.js";

const prefix = "safelight-spool-";
/** Followed by what `mkdtemp` adds. */
const nameOfOwner = /^safelight-spool-([0-9a-f]{16})-(\d{1,10})-/;
/** Nobody holds an output for so long. */
const staleAfterMs = 86_400_000;
const mostTries = 5;

/** A file in the making. */
export interface SpoolFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/**
 * A folder for files that are needed for a moment: made with the first of them, for nobody else to look into, and removed
 * with the last.
 *
 * Its name says which process it is of. With the first file of each `SpoolFolder`, what dead processes have left is removed:
 * at once where the process was of this machine and namespace, and is there no more; and after a day where that cannot be
 * told, as of another container that shares the parent, or where another process has the number now.
 */
export class SpoolFolder {
  readonly #parent: string;
  readonly #now: () => number;
  #preparing: Promise<string> | null = null;
  #making: Promise<string> | null = null;

  /** @param options.now epoch milliseconds. */
  constructor(parent: string, { now }: { readonly now: () => number }) {
    this.#parent = parent;
    this.#now = now;
  }

  async createFile(): Promise<SpoolFile> {
    this.#preparing ??= this.#prepare();
    const start = await this.#preparing;
    for (let tries = 1; ; tries += 1) {
      this.#making ??= mkdtemp(join(this.#parent, start));
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

  /** Gives what the name of its folder begins with. */
  async #prepare(): Promise<string> {
    const place = await processPlace();
    await sweep(this.#parent, { place, staleBefore: this.#now() - staleAfterMs });
    return place === null ? prefix : `${prefix}${place}-${pid}-`;
  }

  /** Never throws: what cannot be removed now is swept another day. */
  async removeFile(path: string): Promise<void> {
    await rm(path, { force: true }).catch(() => undefined);
    // Fails while the folder holds other files; then it stays.
    await rmdir(dirname(path)).catch(() => undefined);
  }
}

/** By what is known of this process, and epoch milliseconds. */
interface Sweeping {
  readonly place: string | null;
  readonly staleBefore: number;
}

/** Whatever cannot be looked at or removed is somebody else's. */
async function sweep(parent: string, { place, staleBefore }: Sweeping): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const [, placeOfOwner, pidOfOwner] = nameOfOwner.exec(name) ?? [];
    const isLeft = placeOfOwner === place && isDead(Number(pidOfOwner));
    const before = isLeft ? Number.POSITIVE_INFINITY : staleBefore;
    await removeStale(join(parent, name), before).catch(() => undefined);
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
