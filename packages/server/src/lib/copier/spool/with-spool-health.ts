import { FullFolderError, type Spool } from "../../ports/body-spool.js";

/** Errors of a full disk or quota. */
const fullCodes = ["ENOSPC", "EDQUOT"];
/** Min interval of trials while the folder is full, in milliseconds. */
const retryMs = 1_000;
/** A trial has two blocks of this size, so that it goes to a file. */
const blockBytes = 1_048_576;
const trialBytes = 2 * blockBytes;

/** A spool that detects a full folder. */
export interface CheckedSpool extends Spool {
  /**
   * Call it before a paid request: its outputs may need temporary files. Once the folder was full, tries to buffer a small
   * body, at most once a second; until then, resolves without a trial.
   *
   * @throws while the folder is full.
   */
  checkWrites(): Promise<void>;
  /**
   * Compares the free space of the folder with a size, without writing.
   *
   * @throws {FullFolderError} if it has less. Never throws if the runtime has no folder, or for a quota.
   */
  checkRoom(byteLength: number): Promise<void>;
}

/**
 * Adds a check of the folder of temporary files to a spool.
 *
 * @param now milliseconds of a monotonic clock.
 */
export function withSpoolHealth(spool: Spool, now: () => number): CheckedSpool {
  let refusal: { readonly error: FullFolderError; readonly at: number } | null = null;

  const buffer: Spool["buffer"] = async (chunks) => {
    const body = countBytes(chunks);
    try {
      return await spool.buffer(body.chunks());
    } catch (error) {
      if (!isFull(error)) throw error;
      // The received bytes alone would fit again, once they are deleted: what did not fit is larger.
      refusal = { error: new FullFolderError(body.count() + trialBytes, error), at: now() };
      throw refusal.error;
    }
  };

  return {
    load: async () => spool.load?.(),
    freeBytes: async () => spool.freeBytes?.(),
    buffer,
    async checkWrites() {
      if (refusal === null) return;
      if (now() - refusal.at < retryMs) throw refusal.error;
      const trial = await buffer(trialBody());
      await trial.close();
      refusal = null;
    },
    async checkRoom(byteLength) {
      const free = (await spool.freeBytes?.()) ?? Number.POSITIVE_INFINITY;
      if (free < byteLength) throw new FullFolderError(byteLength);
    },
  };
}

/** Passes chunks on, and counts their bytes. */
function countBytes(source: AsyncIterable<Uint8Array>) {
  let count = 0;
  return {
    count: () => count,
    async *chunks(): AsyncGenerator<Uint8Array> {
      for await (const chunk of source) {
        count += chunk.byteLength;
        yield chunk;
      }
    },
  };
}

function isFull(error: unknown): error is Error {
  return error instanceof Error && "code" in error && fullCodes.includes(String(error.code));
}

async function* trialBody(): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(blockBytes);
  yield block;
  yield block;
}
