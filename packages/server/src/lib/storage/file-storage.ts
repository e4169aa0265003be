import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, opendir, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { platform } from "node:process";
import { freeChunk } from "../bytes/free-chunk.js";
import { checkOptionNames } from "../model/check-option-names.js";
import { withSetupCode } from "../ports/setup-error.js";
import type { ByteRange, ListedObject, Storage, StoredObject } from "../ports/storage.js";
import { assertStorageKey, assertStoragePrefix } from "../ports/storage-key.js";
import { createOpenFiles, type OpenFile } from "./open-files.js";
import { StorageRoot } from "./storage-root.js";
import { unlessAborted } from "./unless-aborted.js";
import { unlessCode } from "./unless-code.js";

/** Options of {@link fileStorage}. */
export interface FileStorageOptions {
  /**
   * Age at which an unfinished file counts as left by a dead process, in milliseconds. The first write of the next
   * process removes such files. Must exceed the slowest single write. Minimum 60,000.
   * @default 3_600_000
   */
  readonly staleAfterMs?: number;
  /**
   * Mode of new files, 0o600 to 0o777: the user can always read and write. The umask may clear bits. Folders get the
   * execute permission wherever files get the read permission. Windows has no modes.
   * @default 0o600
   */
  readonly mode?: number;
  /** Epoch milliseconds; for tests. @default the system's time */
  readonly now?: () => number;
}

const chunkBytes = 64 * 1024;
const maxMoves = 100;
/** Max files that are open for reading. A process may open 1,024 files by default, sockets included. */
const maxOpenFiles = 64;
/** Max time that a file stays open between two reads of its stream. */
const maxPauseMs = 10_000;

/**
 * Stores bytes as files in a folder, which it creates if missing. Before `put` resolves, the object is synchronized to
 * the disk; it appears under its name atomically. Each method rejects while the folder is not the one of the first use,
 * as when its volume is unmounted. Several processes of one machine may share the folder. Do not serve it from a web
 * server directly, and do not put it on a file system without atomic rename.
 *
 * @param folder of the files; a relative path is resolved against the current directory at once.
 * @example
 * ```ts
 * createSafelight({ storage: fileStorage("./media"), … });
 * ```
 * @throws {TypeError} for a missing folder or an unknown option.
 * @throws {RangeError} when an option is out of its range.
 */
export function fileStorage(folder: string, options: FileStorageOptions = {}): Storage {
  if (typeof folder !== "string" || folder === "") {
    throw withSetupCode(
      "option_missing",
      new TypeError('fileStorage needs a folder as its first argument, such as fileStorage("./media").'),
    );
  }
  checkOptionNames<FileStorageOptions>(options, {
    where: "fileStorage",
    names: { staleAfterMs: true, mode: true, now: true },
  });
  const { staleAfterMs = 3_600_000, now = Date.now, mode = 0o600 } = options;
  if (!(staleAfterMs >= 60_000))
    throw withSetupCode("option_invalid", new RangeError("staleAfterMs must be at least 60,000"));
  // Every mode in this range lets the user read and write.
  if (!Number.isInteger(mode) || mode < 0o600 || mode > 0o777) {
    throw withSetupCode(
      "option_invalid",
      new RangeError(`mode must be a whole number from 0o600 to 0o777, not ${mode}`),
    );
  }
  const folderMode = folderModeOf(mode);
  const root = new StorageRoot(resolve(folder), { folderMode, mode, staleBefore: () => now() - staleAfterMs });
  const openFile = createOpenFiles(maxOpenFiles);
  const pathOf = (key: string): string => {
    assertStorageKey(key);
    return join(root.path, ...key.split("/"));
  };

  return {
    id: "file",
    ping: () => root.check(),
    // biome-ignore lint/complexity/useMaxParams: a method of `Storage`
    put: async (key, body, { signal }) => {
      const path = pathOf(key);
      await root.open();
      const draft = join(root.incoming, randomUUID());
      const write = () =>
        unlessAborted(signal, writeSynchronized({ path: draft, body, mode, signal })).then(() => true);
      try {
        // A cleanup of empty folders may have removed the folder of the draft.
        if ((await unlessCode("ENOENT", write())) === null) {
          await root.reopen();
          await write();
        }
        await moveInto({ root: root.path, draft, path, folderMode });
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      await root.check();
    },
    get: async (key, { range, signal } = {}): Promise<StoredObject | null> => {
      const path = pathOf(key);
      await root.loadId();
      const found = await unlessCode("ENOENT", stat(path));
      signal?.throwIfAborted();
      if (found === null) {
        await root.check();
        return null;
      }
      const { start, end } = range ?? { start: 0, end: found.size - 1 };
      return { body: streamOf({ path, start, end, slot: openFile() }), byteLength: found.size };
    },
    delete: async (key) => {
      const path = pathOf(key);
      await root.open();
      const isRemoved = await unlessCode(
        "ENOENT",
        rm(path).then(() => true),
      );
      if (isRemoved === null) return root.check();
      await syncFolder(dirname(path));
      // Fails while the folder contains other outputs of the same generation; then it stays.
      await rmdir(dirname(path)).catch(() => {});
    },
    deleteAll: async (prefix) => {
      assertStoragePrefix(prefix);
      await root.open();
      // Retries if a file is moved into the folder between its emptying and its removal.
      await rm(join(root.path, prefix), { recursive: true, force: true, maxRetries: 3 });
      await syncFolder(root.path);
      await root.check();
    },
    async *list() {
      await root.loadId();
      yield* listFiles(root);
      await root.check();
    },
  };
}

/** Yields every file below the root, by its relative path. Skips links, which may lead elsewhere. */
async function* listFiles(root: StorageRoot, below = ""): AsyncGenerator<ListedObject> {
  const folder = await unlessCode("ENOENT", opendir(join(root.path, below)));
  // No object was stored yet, or the last object of this folder was deleted in between.
  if (folder === null) return;
  for await (const entry of folder) {
    const key = `${below}${entry.name}`;
    if (root.isReserved(key)) continue;
    if (entry.isDirectory()) yield* listFiles(root, `${key}/`);
    if (!entry.isFile()) continue;
    const found = await unlessCode("ENOENT", stat(join(root.path, key)));
    if (found !== null) yield { key, byteLength: found.size, storedAt: Math.floor(found.mtimeMs) };
  }
}

/** Each read bit adds the execute bit, and the user can always write. */
function folderModeOf(mode: number): number {
  return 0o700 | mode | ((mode & 0o444) >> 2);
}

interface Write {
  readonly path: string;
  readonly body: Blob;
  readonly mode: number;
  readonly signal: AbortSignal | undefined;
}

async function writeSynchronized({ body, mode, path, signal }: Write): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    let written = 0;
    for await (const chunk of body.stream()) {
      signal?.throwIfAborted();
      // Continues after the previous chunk.
      await file.writeFile(chunk);
      written += chunk.byteLength;
      freeChunk(chunk);
    }
    if (written !== body.size) throw new Error(`A body of ${body.size} bytes ended at byte ${written}.`);
    await file.sync();
  } finally {
    await file.close();
  }
}

interface Move {
  readonly root: string;
  readonly draft: string;
  readonly path: string;
  readonly folderMode: number;
}

/** Renames, then synchronizes the new names: a name is content of its folder. */
async function moveInto({ root, draft, path, folderMode }: Move): Promise<void> {
  const folder = dirname(path);
  for (let attempt = 1; ; attempt += 1) {
    // Not recursive: a recursive `mkdir` fails when the folder vanishes during the call.
    await unlessCode("EEXIST", mkdir(folder, folderMode));
    // A delete of the folder's last file may remove the folder in between.
    const isMoved = await unlessCode(
      "ENOENT",
      rename(draft, path).then(() => true),
    );
    if (isMoved !== null) break;
    if (attempt === maxMoves)
      throw new Error(`Could not move a file into ${folder}: other processes removed the folder ${maxMoves} times.`);
  }
  await syncFolder(folder);
  // Also when another writer created the folder: its name may not be synchronized yet.
  await syncFolder(root);
}

async function syncFolder(folder: string): Promise<void> {
  // Windows can neither open nor synchronize a folder, and a rename there does not need it.
  if (platform === "win32") return;
  const handle = await unlessCode("ENOENT", open(folder, "r"));
  if (handle === null) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface FileRange extends ByteRange {
  readonly path: string;
  readonly slot: OpenFile;
}

/**
 * Reads at the consumer's pace, so that a slow reader holds one chunk in memory instead of the file. Opens the file at
 * the first read, closes it when the reader pauses or when other files need its slot, and reopens it at the next read. So
 * a response that a host drops without canceling its body (a timeout) leaves no file open.
 */
function streamOf({ end, path, slot, start }: FileRange): ReadableStream<Uint8Array> {
  let file: FileHandle | null = null;
  let pause: NodeJS.Timeout | undefined;
  let position = start;
  const close = async (): Promise<void> => {
    clearTimeout(pause);
    slot.busy();
    const opened = file;
    file = null;
    if (opened !== null) await opened.close().finally(slot.release);
  };
  const closeQuietly = (): void => void close().catch(() => {});
  const openFile = async (): Promise<FileHandle> => {
    await slot.acquire();
    try {
      return await open(path, "r");
    } catch (error) {
      slot.release();
      throw error;
    }
  };
  const readChunk = async (): Promise<Uint8Array> => {
    file ??= await openFile();
    const chunk = new Uint8Array(Math.min(chunkBytes, end + 1 - position));
    const { bytesRead } = await file.read(chunk, 0, chunk.byteLength, position);
    if (bytesRead === 0) throw new Error(`A stored file ended at byte ${position}, before the requested byte ${end}.`);
    position += bytesRead;
    return chunk.subarray(0, bytesRead);
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(pause);
        slot.busy();
        try {
          if (position <= end) controller.enqueue(await readChunk());
          if (position <= end) {
            pause = setTimeout(closeQuietly, maxPauseMs).unref();
            slot.idle(closeQuietly);
            return;
          }
          await close();
          controller.close();
        } catch (error) {
          await close();
          throw error;
        }
      },
      cancel: close,
    },
    // No read before the consumer reads.
    { highWaterMark: 0 },
  );
}
