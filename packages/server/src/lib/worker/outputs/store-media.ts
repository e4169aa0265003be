import type { GenerationRecord, OutputRecord } from "../../generation/generation-record.js";
import type { ProviderFailure } from "../../generation/provider-failure.js";
import { measureBlob } from "../../media/measure-blob.js";
import type { MediaMeasure } from "../../media/measure-media.js";
import type { CopiedBytes } from "../../ports/media-copier.js";
import type { MissingOutput, ProviderOutput } from "../../ports/provider.js";
import { withinTime } from "../../process/within-time.js";
import type { WorkerContext } from "../context/worker-context.js";
import { addingThumbnails } from "./add-thumbnail.js";
import { type CopyConditions, copyOutput } from "./copy-outputs.js";

/**
 * Max outputs of one result, unless more were requested. Some vendors send a few more; each further output makes each
 * page of the history larger.
 */
const maxOutputs = 16;

/** The stored part of a result. */
export interface StoredMedia {
  /** In order, with gaps in `index` where an output is missing. */
  readonly outputs: readonly OutputRecord[];
  /** The reason of the first missing output; `null` when none is missing. */
  readonly failure: ProviderFailure | null;
  /** The error of the first output that a retry may still store; `null` when there is none. */
  readonly trouble: unknown;
}

/** An output with its bytes, measurements and storage key, or the reason why it is missing. */
type PreparedOutput = (Pick<CopiedBytes, "body" | "close"> & { readonly record: OutputRecord }) | MissingOutput;

/** The result of a paid request. */
export interface PaidResult {
  readonly generation: Pick<GenerationRecord, "id" | "kind" | "requestedOutputs" | "storagePrefix">;
  readonly media: readonly ProviderOutput[];
  /**
   * Caches copied and measured outputs between two tries, for bytes that exist nowhere else. Call `letGo` on its values
   * afterwards. `null` holds the bytes of one output at a time.
   */
  readonly held: Map<number, PreparedOutput> | null;
  /** Outputs that an earlier try stored: their links may have expired by now. */
  readonly kept: readonly OutputRecord[];
}

/**
 * Writes every output to the storage, one after another. An output that is missing, or of no allowed type or size,
 * leaves a gap: the other outputs are paid for, and its share of the price is refunded. A retryable output does not
 * block the others. A repeat is idempotent, because each storage key contains the hash of its bytes.
 *
 * @throws when the signal is aborted.
 */
export async function storeMedia(
  context: WorkerContext,
  { generation, held, kept, media }: PaidResult,
  conditions: CopyConditions,
): Promise<StoredMedia> {
  const wanted = media.slice(0, Math.max(generation.requestedOutputs, maxOutputs));
  if (wanted.length < media.length) {
    const counts = { requested: generation.requestedOutputs, answered: media.length, kept: wanted.length };
    const fields = { generationId: generation.id, ...counts };
    context.logger.warn("A provider answered with more outputs than are kept.", fields);
  }
  const addThumbnail = addingThumbnails(context, generation, conditions.signal);
  const outputs: OutputRecord[] = [];
  const missing: { readonly index: number; readonly failure: ProviderFailure }[] = [];
  let trouble: unknown = null;
  const keep = async (index: number, output: ProviderOutput): Promise<OutputRecord | MissingOutput> => {
    const prepared = held?.get(index) ?? (await prepare(context, { generation, index }, output, conditions));
    // After an abort, the caller may have closed the cached outputs already.
    if (!conditions.signal.aborted) held?.set(index, prepared);
    try {
      if ("failure" in prepared) return prepared;
      return await addThumbnail(await put(context, prepared, conditions), prepared.body);
    } finally {
      if (held?.get(index) !== prepared) await letGo([prepared]);
    }
  };
  for (const [index, output] of wanted.entries()) {
    try {
      const stored = kept.find((record) => record.index === index) ?? (await keep(index, output));
      if ("failure" in stored) missing.push({ index, failure: stored.failure });
      else outputs.push(stored);
    } catch (error) {
      conditions.signal.throwIfAborted();
      trouble ??= error;
    }
  }
  // Only once no output is retryable. If all are missing, the attempt records the reason.
  if (trouble === null && outputs.length > 0) for (const each of missing) warnOfMissing(context, generation, each);
  return { outputs, failure: missing[0]?.failure ?? null, trouble };
}

/** Closes prepared outputs; their bytes cannot be read afterwards. */
export async function letGo(outputs: Iterable<PreparedOutput>): Promise<void> {
  for (const output of outputs) if (!("failure" in output)) await output.close();
}

function warnOfMissing(
  { logger }: WorkerContext,
  { id }: PaidResult["generation"],
  { failure, index }: { readonly index: number; readonly failure: ProviderFailure },
): void {
  const { code, message } = failure;
  logger.warn("An output of a result is missing.", { generationId: id, index, code, reason: message });
}

/** Loads the bytes of an output, measures them, and derives the storage key from their hash. */
async function prepare(
  context: WorkerContext,
  { generation, index }: { readonly generation: PaidResult["generation"]; readonly index: number },
  output: ProviderOutput,
  conditions: CopyConditions,
): Promise<PreparedOutput> {
  const copied = await copyOutput(context, output, conditions);
  if ("failure" in copied) return copied;
  const { body, close, sha256 } = copied;
  const { maxOutputBytes = Number.POSITIVE_INFINITY } = context;
  let measure: MediaMeasure | null = null;
  try {
    measure = body.size > maxOutputBytes ? null : await measureBlob(body);
  } finally {
    if (measure === null) await close();
  }
  if (measure === null) return { failure: rejectedOutput };
  const record: OutputRecord = {
    index,
    kind: generation.kind,
    storageKey: `${generation.storagePrefix}/${index}-${sha256}`,
    byteLength: body.size,
    sha256,
    durationMs: null,
    placeholder: null,
    thumbnail: null,
    ...measure,
  };
  return { record, body, close };
}

async function put(
  { clock, onCrashPoint, storage }: WorkerContext,
  { body, record }: Exclude<PreparedOutput, MissingOutput>,
  { signal, transferLimitMs }: CopyConditions,
): Promise<OutputRecord> {
  const { contentType, sha256, storageKey } = record;
  await withinTime(clock, { limitMs: transferLimitMs(), signal, what: "Storing an output" }, (ended) =>
    storage.put(storageKey, body, { contentType, sha256, signal: ended }),
  );
  onCrashPoint?.("P12");
  return record;
}

const rejectedOutput: ProviderFailure = {
  code: "output_rejected",
  message: "No output is of an allowed type and size.",
};
