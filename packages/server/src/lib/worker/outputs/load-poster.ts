import type { GenerationRecord } from "../../generation/generation-record.js";
import { measureBlob } from "../../media/measure-blob.js";
import type { MediaMeasure } from "../../media/measure-media.js";
import { errorText } from "../../ports/error-text.js";
import type { CopiedBytes } from "../../ports/media-copier.js";
import type { ProviderOutput } from "../../ports/provider.js";
import { type CopyConditions, copyOutput } from "./copy-outputs.js";
import type { OutputsContext } from "./outputs-context.js";

/** Max size of a poster, in bytes. */
const maxPosterBytes = 8_388_608;
/** Max time for a poster, in milliseconds: it is optional, and must not delay a paid result. */
const maxPosterMs = 15_000;

/** A still image of a video, or the cover of an audio file. */
export interface Poster extends Pick<CopiedBytes, "body" | "close"> {
  readonly measure: MediaMeasure;
}

/**
 * Loads the poster that a provider returned with an output. Best effort: `null` without one, and if it cannot be read now
 * or is no image.
 *
 * @throws when the signal is aborted.
 */
export async function loadPoster(
  context: Pick<OutputsContext, "clock" | "copier" | "logger">,
  options: {
    readonly generation: Pick<GenerationRecord, "id" | "kind">;
    readonly output: ProviderOutput;
    readonly conditions: CopyConditions;
  },
): Promise<Poster | null> {
  const { conditions, generation, output } = options;
  if (generation.kind === "image" || "failure" in output || output.poster === undefined) return null;
  const transferLimitMs = () => Math.min(conditions.transferLimitMs(), maxPosterMs);
  const limited = { ...conditions, maxBytes: Math.min(conditions.maxBytes, maxPosterBytes), transferLimitMs };
  try {
    const copied = await copyOutput(context, { output: output.poster, conditions: limited });
    if ("failure" in copied) throw new Error(copied.failure.message);
    const { body, close } = copied;
    const measure = body.size > maxPosterBytes ? null : await measureBlob(body).catch(() => null);
    if (measure !== null) return { body, close, measure };
    await close();
    throw new Error("The poster is not an image of an allowed size.");
  } catch (error) {
    conditions.signal.throwIfAborted();
    context.logger.warn("Could not load the poster of an output.", {
      event: "poster.not_loaded",
      generationId: generation.id,
      error: errorText(error),
    });
    return null;
  }
}
