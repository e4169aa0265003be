import type { Spool } from "../../ports/body-spool.js";

/** Errors of a full disk or quota. */
const fullCodes = ["ENOSPC", "EDQUOT"];
/** Min interval of trials while the folder is full, in milliseconds. */
const retryMs = 1_000;
/** A trial has two blocks of this size, so that it goes to a file. */
const blockBytes = 1_048_576;

/** A spool that detects a full folder. */
export interface CheckedSpool extends Spool {
  /**
   * Call it before a paid request: its outputs may need temporary files. Once the folder was full, tries to buffer a small
   * body, at most once a second; until then, resolves without a trial.
   *
   * @throws while the folder is full.
   */
  checkWrites(): Promise<void>;
}

/**
 * Adds a check of the folder of temporary files to a spool.
 *
 * @param now milliseconds of a monotonic clock.
 */
export function withSpoolHealth(spool: Spool, now: () => number): CheckedSpool {
  let refusal: { readonly error: unknown; readonly at: number } | null = null;

  const buffer: Spool["buffer"] = async (chunks) => {
    try {
      return await spool.buffer(chunks);
    } catch (error) {
      if (isFull(error)) refusal = { error, at: now() };
      throw error;
    }
  };

  return {
    load: async () => spool.load?.(),
    buffer,
    async checkWrites() {
      if (refusal === null) return;
      try {
        if (now() - refusal.at < retryMs) throw refusal.error;
        const trial = await buffer(trialBody());
        await trial.close();
      } catch (cause) {
        throw new Error("The folder for temporary files is full: free space in TMPDIR.", { cause });
      }
      refusal = null;
    },
  };
}

function isFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && fullCodes.includes(String(error.code));
}

async function* trialBody(): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(blockBytes);
  yield block;
  yield block;
}
