import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unlessCode } from "./unless-code.js";

// A key cannot contain `~`, so no key can have these names.
const incomingName = "~incoming";
const identityName = "~identity";

/** Options of {@link StorageRoot}. */
export interface StorageRootOptions {
  /** Mode of new folders. */
  readonly folderMode: number;
  /** Mode of the file that identifies the folder. */
  readonly mode: number;
  /** `open` removes unfinished files that were last written before this time, in epoch milliseconds. */
  readonly staleBefore: () => number;
}

/**
 * The root folder of a file storage. When its volume is unmounted, the path shows the folder of the file system below.
 * Writes there would succeed and be lost, and every object would count as deleted. The root therefore contains a random
 * id: a process reads it at its first use, and compares it from then on. Device and inode do not suffice: both may
 * change when the same volume is mounted again, and another volume may have equal ones.
 */
export class StorageRoot {
  readonly path: string;
  /** The folder of unfinished files. */
  readonly incoming: string;
  readonly #options: StorageRootOptions;
  #id: string | null = null;
  #opening: Promise<void> | null = null;

  /** @param path absolute. */
  constructor(path: string, options: StorageRootOptions) {
    this.path = path;
    this.incoming = join(path, incomingName);
    this.#options = options;
  }

  /** Whether an entry of the root is not an object. */
  isReserved(name: string): boolean {
    return name === incomingName || name === identityName;
  }

  /** Reads the id at the first use. A folder without an id has no identity yet. */
  async loadId(): Promise<void> {
    this.#id ??= await this.#readId();
  }

  /**
   * Call it before reporting a file as missing, and after a write.
   *
   * @throws {Error} if the folder is not the one of the first use.
   */
  async check(): Promise<void> {
    if (this.#id === null) return this.loadId();
    if ((await this.#readId()) === this.#id) return;
    throw new Error(
      `The storage folder ${this.path} was moved, unmounted or replaced: bring the same folder back, or restart the server.`,
    );
  }

  /**
   * Prepares for writing. The first call creates the folder and its id if they are missing, and removes unfinished
   * files of dead processes.
   *
   * @throws {Error} if the folder is not the one of the first use.
   */
  async open(): Promise<void> {
    await this.check();
    this.#opening ??= this.#prepare().catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    await this.#opening;
  }

  /**
   * Prepares again, when another program has removed the folder of unfinished files.
   *
   * @throws {Error} if the folder is not the one of the first use.
   */
  async reopen(): Promise<void> {
    this.#opening = null;
    await this.open();
  }

  async #prepare(): Promise<void> {
    const { folderMode, staleBefore } = this.#options;
    // A known root exists: creating its parents would write to the file system below an unmounted volume.
    await unlessCode("EEXIST", mkdir(this.incoming, { recursive: this.#id === null, mode: folderMode }));
    for (const name of await readdir(this.incoming)) {
      const path = join(this.incoming, name);
      const found = await unlessCode("ENOENT", stat(path));
      if (found !== null && found.mtimeMs < staleBefore()) await rm(path, { force: true, recursive: true });
    }
    this.#id ??= await this.#createId();
  }

  /**
   * When several processes create an id at once, the first one wins: `rename` never replaces a folder that is not
   * empty.
   */
  async #createId(): Promise<string> {
    const { folderMode, mode } = this.#options;
    const draft = join(this.incoming, randomUUID());
    try {
      await mkdir(draft, folderMode);
      await writeFile(join(draft, "id"), randomUUID(), { flush: true, mode });
      const failure = await rename(draft, join(this.path, identityName)).catch((error: unknown) => error);
      const id = await this.#readId();
      if (id === null) throw failure;
      return id;
    } finally {
      await rm(draft, { force: true, recursive: true });
    }
  }

  #readId(): Promise<string | null> {
    return unlessCode("ENOENT", readFile(join(this.path, identityName, "id"), "utf8"));
  }
}
