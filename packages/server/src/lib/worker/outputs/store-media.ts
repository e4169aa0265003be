import type { DigitalSourceType } from "@safelight/client/contract";
import { sha256OfBlob } from "../../bytes/sha256-of-blob.js";
import type { GenerationRecord, OutputRecord } from "../../generation/generation-record.js";
import {
  type AttemptFailure,
  type MissingOutputReason,
  maxReasonLength,
  type ProviderFailure,
} from "../../generation/provider-failure.js";
import { type FileMeasure, measureFile } from "../../media/measure-file.js";
import { FullFolderError } from "../../ports/body-spool.js";
import { cutText } from "../../ports/cut-text.js";
import { errorText } from "../../ports/error-text.js";
import type { CopiedBytes } from "../../ports/media-copier.js";
import type { MissingOutput, ProviderOutput } from "../../ports/provider.js";
import { withinTime } from "../../process/within-time.js";
import { createAddThumbnail } from "./add-thumbnail.js";
import { type CheckedGeneration, checkOutput, OutputCheckFailed } from "./check-output.js";
import { type CopyConditions, copyOutput } from "./copy-outputs.js";
import { loadPoster, type Poster } from "./load-poster.js";
import { createMarkOutput, type MarkOutput, type StoredFile } from "./mark-output.js";
import type { OutputsContext } from "./outputs-context.js";

/**
 * Max outputs of one result, unless more were requested. Some vendors send a few more; each further output makes each
 * page of the history larger.
 */
const maxOutputs = 16;

/** The stored part of a result. */
export interface StoredMedia {
  /** In order, with gaps in `index` where an output is missing. */
  readonly outputs: readonly OutputRecord[];
  /** The reasons of all missing outputs; `null` when none is missing. */
  readonly failure: AttemptFailure | null;
  /** The error of the first output that a retry may still store; `null` when there is none. Each one is logged. */
  readonly error: unknown;
}

/** An output with its bytes, measurements and storage key, or the reason why it is missing. */
type PreparedOutput =
  | (Pick<CopiedBytes, "body" | "close"> & { readonly record: OutputRecord; readonly poster: Poster | null })
  | MissingOutput;

/** The result of a paid request. */
export interface PaidResult {
  readonly generation: Pick<
    GenerationRecord,
    "createdAt" | "id" | "kind" | "model" | "requestedOutputs" | "storagePrefix"
  > &
    CheckedGeneration;
  readonly digitalSourceType: DigitalSourceType;
  readonly media: readonly ProviderOutput[];
  /**
   * Caches copied and measured outputs between two tries, for bytes that exist nowhere else. Call `closeOutputs` on its
   * values afterwards. With `null`, at most one output is in memory at a time.
   */
  readonly cache: Map<number, PreparedOutput> | null;
  /** Outputs that an earlier try stored: their links may have expired by now. */
  readonly earlier: readonly OutputRecord[];
}

/** A result, and the limits for copying it. */
interface ResultToStore {
  readonly result: PaidResult;
  readonly conditions: CopyConditions;
}

/**
 * Writes every output to the storage, one after another. An output that is missing, or of no allowed type or size,
 * leaves a gap: the other outputs are paid for, and its share of the price is refunded. A retryable output does not
 * block the others. A repeat is idempotent, because each storage key contains the hash of its bytes.
 *
 * @throws when the signal is aborted.
 */
export async function storeMedia(context: OutputsContext, { result, conditions }: ResultToStore): Promise<StoredMedia> {
  const { digitalSourceType, earlier, generation } = result;
  const { signal } = conditions;
  const mark = createMarkOutput(context, { generation, digitalSourceType, conditions });
  const addThumbnail = createAddThumbnail(context, { generation, mark, signal });
  const storeOutput = async (index: number, output: ProviderOutput): Promise<OutputRecord | MissingOutput> => {
    const { cache } = result;
    const prepared = cache?.get(index) ?? (await prepare(context, { generation, index, output, conditions, mark }));
    // After an abort, the caller may already have closed the cached outputs: add none.
    if (!signal.aborted) cache?.set(index, prepared);
    try {
      if ("failure" in prepared) return prepared;
      const { contentType, flags } = prepared.record;
      const { body, poster } = prepared;
      const unchecked = { index, contentType, flags, body, still: poster?.body ?? body };
      const withheld = await checkOutput(context, { generation, output: unchecked, conditions });
      context.onCrashPoint?.("P21");
      if (withheld !== null) return withheld;
      return await addThumbnail(await put(context, { prepared, conditions, model: generation.model }), {
        body,
        poster,
      });
    } finally {
      if (cache?.get(index) !== prepared) await closeOutputs([prepared]);
    }
  };
  // Also those that the provider does not return again.
  const outputs: OutputRecord[] = [...earlier];
  const failures: ProviderFailure[] = [];
  const missing: MissingOutputReason[] = [];
  let firstError: unknown = null;
  for (const [index, output] of limitOutputs(context, result).entries()) {
    if (earlier.some((record) => record.index === index)) continue;
    try {
      const stored = await storeOutput(index, output);
      if ("failure" in stored) {
        const failure = { ...stored.failure, message: cutText(stored.failure.message, maxReasonLength) };
        failures.push(failure);
        missing.push({ index, code: failure.code, message: failure.message });
      } else outputs.push(stored);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof FullFolderError)
        context.sizeBreakers.TMPDIR.recordRefusal({ model: generation.model, byteLength: error.byteLength });
      logNotStored(context, { generationId: generation.id, index, error });
      firstError ??= error;
    }
  }
  // Log once no output can be retried. If all are missing, the log has the failure of the generation instead.
  if (firstError === null && outputs.length > 0) {
    for (const { code, index, message } of missing) {
      context.logger.warn("An output of a result is missing.", {
        event: "output.missing",
        generationId: generation.id,
        index,
        code,
        reason: message,
      });
    }
  }
  outputs.sort((left, right) => left.index - right.index);
  const [first] = failures;
  return { outputs, failure: first === undefined ? null : { ...first, missing }, error: firstError };
}

function logNotStored(
  { logger }: OutputsContext,
  { error, ...output }: { readonly generationId: string; readonly index: number; readonly error: unknown },
): void {
  // `checkOutput` has logged its own failure.
  if (error instanceof OutputCheckFailed) return;
  logger.warn("Could not store an output; retrying.", {
    event: "output.not_stored",
    ...output,
    error: errorText(error),
  });
}

/** Closes prepared outputs; their bytes cannot be read afterwards. */
export async function closeOutputs(outputs: Iterable<PreparedOutput>): Promise<void> {
  for (const output of outputs) if (!("failure" in output)) await output.close();
}

function limitOutputs({ logger }: OutputsContext, { generation, media }: PaidResult): readonly ProviderOutput[] {
  const { id, requestedOutputs } = generation;
  const limited = media.slice(0, Math.max(requestedOutputs, maxOutputs));
  if (limited.length < media.length) {
    const counts = { requested: requestedOutputs, returned: media.length, kept: limited.length };
    logger.warn("The provider returned too many outputs; dropping the last ones.", {
      event: "output.over_limit",
      generationId: id,
      ...counts,
    });
  }
  return limited;
}

/** Loads the bytes of an output, measures and marks them, and derives the storage key from their hash. */
async function prepare(
  context: OutputsContext,
  options: {
    readonly generation: PaidResult["generation"];
    readonly index: number;
    readonly output: ProviderOutput;
    readonly conditions: CopyConditions;
    readonly mark: MarkOutput;
  },
): Promise<PreparedOutput> {
  const { conditions, generation, index, mark, output } = options;
  const copied = await copyOutput(context, { output, conditions });
  if ("failure" in copied) return copied;
  const { body, close } = copied;
  const flags = "failure" in output ? null : (output.flags ?? null);
  try {
    const measure = body.size > conditions.maxBytes ? null : await measureFile(body);
    if (measure?.kind === generation.kind) {
      const stored = await mark(body, { contentType: measure.contentType, index, part: "output" });
      const sha256 = stored.file === body ? copied.sha256 : await sha256OfBlob(stored.file);
      const poster = await loadPoster(context, { generation, output, conditions });
      const closeAll = async (): Promise<void> => {
        await Promise.all([close(), poster?.close()]);
      };
      const record = recordOf({ flags, generation, index, measure, sha256, stored });
      return { record, body: stored.file, poster, close: closeAll };
    }
  } catch (error) {
    await close();
    throw error;
  }
  await close();
  return { failure: rejectedOutput };
}

function recordOf(options: {
  readonly flags: readonly string[] | null;
  readonly generation: PaidResult["generation"];
  readonly index: number;
  readonly measure: FileMeasure;
  readonly sha256: string;
  readonly stored: StoredFile;
}): OutputRecord {
  const { flags, generation, index, measure, sha256, stored } = options;
  const { contentType, durationMs, height, kind, width } = measure;
  return {
    index,
    kind,
    storageKey: `${generation.storagePrefix}/${index}-${sha256}`,
    byteLength: stored.file.size,
    sha256,
    contentType,
    width,
    height,
    durationMs,
    placeholder: null,
    thumbnail: null,
    provenance: stored.provenance,
    flags,
  };
}

async function put(
  { clock, onCrashPoint, sizeBreakers, storage }: OutputsContext,
  options: {
    readonly prepared: Exclude<PreparedOutput, MissingOutput>;
    readonly conditions: CopyConditions;
    readonly model: string;
  },
): Promise<OutputRecord> {
  const { body, record } = options.prepared;
  const { signal, transferLimitMs } = options.conditions;
  const { contentType, sha256, storageKey } = record;
  const write = { model: options.model, byteLength: body.size };
  try {
    await withinTime({ clock, limitMs: transferLimitMs(), signal, what: "Storing an output" }, (ended) =>
      storage.put(storageKey, body, { contentType, sha256, signal: ended }),
    );
  } catch (error) {
    if (!signal.aborted) sizeBreakers.storage.recordRefusal(write);
    throw error;
  }
  sizeBreakers.storage.recordStored(options.model);
  sizeBreakers.TMPDIR.recordStored(options.model);
  onCrashPoint?.("P12");
  return record;
}

const rejectedOutput: ProviderFailure = {
  code: "output_rejected",
  message: "The output is not of an allowed type, kind and size.",
};
