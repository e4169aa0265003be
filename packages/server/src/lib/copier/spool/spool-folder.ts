import { randomUUID } from "node:crypto";
import { type FileHandle, lstat, mkdtemp, open, readdir, rm, rmdir, statfs, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { geteuid, pid } from "node:process";
import { isDead, processNamespaceId } from "./process-namespace.js";

const prefix = "safelight-spool-";
/** The name of a spool folder, up to the suffix of `mkdtemp`. */
const folderName = /^safelight-spool-([0-9a-f]{16})-(\d{1,10})-/;
/** No copy keeps its file for longer. */
const staleAfterMs = 86_400_000;
const maxTries = 5;

/** An open temporary file. */
export interface SpoolFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/**
 * A folder for short-lived files: created with the first file, readable by this user only, and removed with the last
 * file.
 *
 * Its name identifies its process. The first file of each `SpoolFolder` also removes folders of dead processes. It
 * removes a folder at once if its process ran on this machine and in this namespace, and has ended. Otherwise it waits
 * a day: the folder may belong to another container that shares the parent, or its process id may be in use again.
 */
export class SpoolFolder {
  readonly #parent: string;
  readonly #now: () => number;
  #preparing: Promise<string> | null = null;
  #creating: Promise<string> | null = null;

  /** @param options.now epoch milliseconds. */
  constructor(parent: string, { now }: { readonly now: () => number }) {
    this.#parent = parent;
    this.#now = now;
  }

  async createFile(): Promise<SpoolFile> {
    this.#preparing ??= this.#prepare();
    const start = await this.#preparing;
    for (let tries = 1; ; tries += 1) {
      this.#creating ??= mkdtemp(join(this.#parent, start));
      const creating = this.#creating;
      try {
        const path = join(await creating, randomUUID());
        return { path, handle: await open(path, "wx", 0o600) };
      } catch (error) {
        if (this.#creating === creating) this.#creating = null;
        // The removal of another file may delete the folder in between.
        const isGone = error instanceof Error && "code" in error && error.code === "ENOENT";
        if (!isGone || tries === maxTries) throw error;
      }
    }
  }

  /** Of its volume. `undefined` if it does not exist. */
  async freeBytes(): Promise<number | undefined> {
    const volume = await statfs(this.#parent).catch(() => null);
    return volume === null ? undefined : volume.bavail * volume.bsize;
  }

  /** Resolves to the prefix of the folder's name. */
  async #prepare(): Promise<string> {
    const namespaceId = await processNamespaceId();
    await sweep(this.#parent, { namespaceId, staleBefore: this.#now() - staleAfterMs });
    return namespaceId === null ? prefix : `${prefix}${namespaceId}-${pid}-`;
  }

  /** Never throws: a later sweep removes a file that cannot be removed now. */
  async removeFile(path: string): Promise<void> {
    await rm(path, { force: true }).catch(() => undefined);
    // Fails while the folder contains other files; then it stays.
    await rmdir(dirname(path)).catch(() => undefined);
  }
}

/** Id of this process's namespace, and the time before which folders are stale, in epoch milliseconds. */
interface SweepOptions {
  readonly namespaceId: string | null;
  readonly staleBefore: number;
}

/** Skips folders that cannot be read or removed: they belong to other users. */
async function sweep(parent: string, { namespaceId, staleBefore }: SweepOptions): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const [, ownerNamespace, ownerPid] = folderName.exec(name) ?? [];
    const isAbandoned = ownerNamespace === namespaceId && isDead(Number(ownerPid));
    const before = isAbandoned ? Number.POSITIVE_INFINITY : staleBefore;
    await removeStale(join(parent, name), before).catch(() => undefined);
  }
}

/**
 * Removes a stale folder of this user with its files. Unlinks a symbolic link itself. Fails at a subfolder, since a
 * spool never creates one.
 */
async function removeStale(folder: string, staleBefore: number): Promise<void> {
  const found = await lstat(folder);
  const isOurs = found.isDirectory() && found.uid === (geteuid?.() ?? found.uid);
  if (!isOurs || found.mtimeMs >= staleBefore) return;
  const paths = (await readdir(folder)).map((name) => join(folder, name));
  for (const path of paths) if ((await lstat(path)).mtimeMs >= staleBefore) return;
  for (const path of paths) await unlink(path);
  await rmdir(folder);
}
