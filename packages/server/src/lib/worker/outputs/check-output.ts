import type { GenerationRecord } from "../../generation/generation-record.js";
import { maxReasonLength, type ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import { cutText } from "../../ports/cut-text.js";
import { errorText } from "../../ports/error-text.js";
import type { CheckedOutput } from "../../ports/output-check.js";
import type { MissingOutput } from "../../ports/provider.js";
import { withinTime } from "../../process/within-time.js";
import { maxSide } from "./add-thumbnail.js";
import type { CopyConditions } from "./copy-outputs.js";
import type { OutputsContext } from "./outputs-context.js";

/** Max time of one call of the host's check. */
const maxCheckMs = 30_000;

/** The host's check failed, and is repeated later. The cause is the error of the host. */
export class OutputCheckFailed extends Error {
  override readonly name = "OutputCheckFailed";

  constructor(cause: unknown) {
    super("checkOutput failed.", { cause });
  }
}

/** The generation of an output, as the host's check receives it. */
export type CheckedGeneration = Pick<
  GenerationRecord,
  "accountId" | "id" | "input" | "metadata" | "model" | "ownerId" | "scope"
>;

/** An output before its bytes are stored. */
export interface UncheckedOutput extends Pick<CheckedOutput, "contentType" | "flags" | "index"> {
  readonly body: Blob;
  /** The image that a thumbnail is made of: the output, or its poster. */
  readonly still: Blob;
}

/**
 * Asks the host whether an output may be delivered.
 *
 * @returns the failure of a withheld output; `null` to deliver it.
 * @throws {OutputCheckFailed} if the check failed and is repeated later; this function has logged it.
 */
export async function checkOutput(
  context: Pick<OutputsContext, "clock" | "logger" | "outputCheck" | "scaler">,
  options: {
    readonly conditions: Pick<CopyConditions, "isLastTry" | "signal" | "transferLimitMs">;
    readonly generation: CheckedGeneration;
    readonly output: UncheckedOutput;
  },
): Promise<MissingOutput | null> {
  const { clock, logger, outputCheck, scaler } = context;
  if (outputCheck === undefined) return null;
  const { conditions, generation, output } = options;
  const { isLastTry, signal, transferLimitMs } = conditions;
  try {
    const limitMs = Math.min(maxCheckMs, transferLimitMs());
    const verdict = await withinTime({ clock, limitMs, signal, what: "checkOutput" }, async () =>
      outputCheck.check(toChecked(output, { generation, scaler })),
    );
    return toMissing(verdict);
  } catch (error) {
    signal.throwIfAborted();
    const fields = { generationId: generation.id, index: output.index, error: errorText(error) };
    if (!isLastTry()) {
      logger.warn("checkOutput failed: the output waits, and is checked again.", {
        event: "output.check_failed",
        ...fields,
      });
      throw new OutputCheckFailed(error);
    }
    logger.error(`checkOutput failed for too long: the output is ${outcomes[outputCheck.onError]}.`, {
      event: "output.not_checked",
      ...fields,
    });
    return outputCheck.onError === "deliver" ? null : { failure: notChecked };
  }
}

function toChecked(
  { body, contentType, flags, index, still }: UncheckedOutput,
  { generation, scaler }: { readonly generation: CheckedGeneration; readonly scaler: OutputsContext["scaler"] },
): CheckedOutput {
  const { accountId, id, input, metadata, model, ownerId, scope } = generation;
  return {
    // A copy: a change by the host must not reach the row.
    generation: structuredClone({ id, ownerId, accountId, model, input, scope, metadata }),
    ...{ index, contentType, flags },
    bytes: async () => new Uint8Array(await body.arrayBuffer()),
    thumbnail: async () => {
      const small = await scaler?.shrink(still, maxSide).catch(() => null);
      return small?.bytes ?? null;
    },
  };
}

/** Hosts in JavaScript may return any value. An unknown one is an error, so that no typing mistake delivers an output. */
function toMissing(verdict: unknown): MissingOutput | null {
  if (verdict === undefined) return null;
  const { reason, withhold } = asRecord(verdict);
  if (withhold !== true) throw new TypeError("checkOutput must return undefined or { withhold: true, reason }.");
  const text = typeof reason === "string" ? reason : "no reason";
  const message = cutText(`checkOutput: ${text}`, maxReasonLength);
  return { failure: { code: "content_blocked", message, causedBy: "checkOutput" } };
}

const outcomes = { withhold: "withheld", deliver: "delivered" };
const notChecked: ProviderFailure = {
  code: "download_failed",
  message: "The output could not be checked.",
  causedBy: "checkOutput",
};
