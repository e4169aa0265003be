import type { DigitalSourceType, OutputProvenance } from "@safelight/client/contract";
import type { GenerationRecord } from "../../generation/generation-record.js";
import { errorText } from "../../ports/error-text.js";
import type { MarkFacts } from "../../ports/mark.js";
import { withinTime } from "../../process/within-time.js";
import { markFile } from "../../provenance/mark-file.js";
import { isMarkable } from "../../provenance/read-metadata.js";
import type { CopyConditions } from "./copy-outputs.js";
import type { OutputsContext } from "./outputs-context.js";

/** Max time of the mark of one file. */
const maxMarkMs = 30_000;

/** A file as it is stored, with its marks; `null` if the host turned marks off. */
export interface StoredFile {
  readonly file: Blob;
  readonly provenance: OutputProvenance | null;
}

/** Marks a file of a generation. Returns it without a mark after a failure. */
export type MarkOutput = (file: Blob, part: Pick<MarkFacts, "contentType" | "index" | "part">) => Promise<StoredFile>;

/** Returns the function that marks the files of one result. It throws only when the signal is aborted. */
export function createMarkOutput(
  { clock, logger, marking, memory }: Pick<OutputsContext, "clock" | "logger" | "marking" | "memory">,
  options: {
    readonly generation: Pick<GenerationRecord, "createdAt" | "id" | "model">;
    readonly digitalSourceType: DigitalSourceType;
    readonly conditions: Pick<CopyConditions, "signal" | "transferLimitMs">;
  },
): MarkOutput {
  if (marking === undefined) return async (file) => ({ file, provenance: null });
  const { digitalSourceType, generation } = options;
  const { signal, transferLimitMs } = options.conditions;
  const { createdAt, id: generationId, model } = generation;
  const mark = (file: Blob, facts: MarkFacts): Promise<Blob> => {
    // Ten marks of 30 seconds each would outlast the lease.
    const limitMs = Math.min(maxMarkMs, transferLimitMs());
    return withinTime({ clock, limitMs, signal, what: "Marking an output" }, async () => marking.mark(file, facts));
  };

  return async (file, part) => {
    const system = marking.system ?? model;
    const facts: MarkFacts = { digitalSourceType, system, generationId, model, createdAt, ...part };
    const { error, file: marked, provenance } = await markFile(file, { facts, mark });
    signal.throwIfAborted();
    const isUnmarked = !provenance.marked && !provenance.c2pa;
    if (isUnmarked && !memory.unmarkedTypes.has(part.contentType)) {
      // Each file of a type without a place for the mark would log the same.
      if (error === null && !isMarkable(part.contentType)) memory.unmarkedTypes.add(part.contentType);
      logger.warn("A file is stored without a mark of its source.", {
        event: "output.not_marked",
        generationId,
        index: part.index,
        part: part.part,
        contentType: part.contentType,
        error: error === null ? undefined : errorText(error),
      });
    }
    return { file: marked, provenance };
  };
}
