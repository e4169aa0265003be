import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unlessCode } from "./unless-code.js";

// `~` cannot be part of a key, so that no key can name these.
const incomingName = "~incoming";
const identityName = "~identity";

/** When the folder is made and cleaned. */
export interface StorageRootOptions {
  /** Of new folders. */
  readonly folderMode: number;
  /** Of the file that identifies the folder. */
  readonly mode: number;
  /** Unfinished files that were last written before this instant, in epoch milliseconds, are removed by `open`. */
  readonly staleBefore: () => number;
}

/**
 * The root folder of a file storage. A volume that is unmounted uncovers the folder of the file system below: writes there
 * would succeed and be lost, and every object would count as deleted. The root therefore contains a random id, which a
 * process reads at its first use and compares from then on. Device and inode would not do: both may change when the same
 * volume is mounted again, and may be equal for another volume.
 */
export class StorageRoot {
  readonly path: string;
  /** Where unfinished files are written. */
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
  async learn(): Promise<void> {
    this.#id ??= await this.#readId();
  }

  /**
   * Call it before a missing file is reported as missing, and after a write.
   *
   * @throws {Error} if the folder is not the one of the first use.
   */
  async check(): Promise<void> {
    if (this.#id === null) return this.learn();
    if ((await this.#readId()) === this.#id) return;
    throw new Error(
      `The storage folder ${this.path} was moved, unmounted or replaced: bring the same folder back, or restart the server.`,
    );
  }

  /**
   * Prepares for writing. The first call makes the folder and its id where they are missing, and removes unfinished files
   * that a dead process left.
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

  async #prepare(): Promise<void> {
    const { folderMode, staleBefore } = this.#options;
    // A known root exists: making its parents would write to the file system below an unmounted volume.
    await unlessCode("EEXIST", mkdir(this.incoming, { recursive: this.#id === null, mode: folderMode }));
    for (const name of await readdir(this.incoming)) {
      const path = join(this.incoming, name);
      const found = await unlessCode("ENOENT", stat(path));
      if (found !== null && found.mtimeMs < staleBefore()) await rm(path, { force: true, recursive: true });
    }
    this.#id ??= await this.#createId();
  }

  /** Of several processes that create an id at once, the first one wins: a folder never replaces one that is not empty. */
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
