import type { ProviderFailure } from "../generation/provider-failure.js";
import type { CopyOutcome } from "../ports/media-copier.js";
import type { MissingOutput, ProviderLink, ProviderMedia, ProviderOutput } from "../ports/provider.js";
import { bytesOfDataUrl } from "./data-url.js";
import { withinTime } from "./within-time.js";
import type { WorkerContext } from "./worker-context.js";

/** A vendor's files are on their way for a moment after the job has ended: so long one that is gone is asked for again. */
const patienceWithGoneMs = 60_000;
/** One output, with all of its bytes. */
const copyLimitMs = 120_000;

/** An output as far as it was had: its bytes, or why there are none. */
export type CopiedOutput = ProviderMedia | MissingOutput;

/** What the copying of one result goes by. */
export interface CopyConditions {
  /** Those of the provider that gave the links. */
  readonly hosts: readonly string[];
  /** Since the attempt began. */
  readonly waitedMs: number;
  readonly signal: AbortSignal;
}

/**
 * Gets the bytes of one output.
 *
 * @throws when it may go better another time.
 */
export async function copyOutput(
  context: Pick<WorkerContext, "clock" | "copier" | "maxOutputBytes">,
  output: ProviderOutput,
  conditions: CopyConditions,
): Promise<CopiedOutput> {
  if (!("url" in output)) return output;
  const { maxOutputBytes = Number.POSITIVE_INFINITY } = context;
  if (output.url.startsWith("data:"))
    return bytesOfDataUrl(output.url) ?? missing("download_failed", "a broken data URL");
  const outcome = await fetchLink(context, output, { ...conditions, maxBytes: maxOutputBytes });
  switch (outcome.type) {
    case "copied":
      return outcome;
    case "refused":
      return { failure: outcome.failure };
    case "gone":
      if (conditions.waitedMs < patienceWithGoneMs) throw new Error(`An output is not there yet: ${outcome.status}.`);
      return missing("result_expired", `an answer of ${outcome.status}`);
  }
}

function fetchLink(
  { clock, copier }: Pick<WorkerContext, "clock" | "copier">,
  { headers, url }: ProviderLink,
  { hosts, maxBytes, signal }: CopyConditions & { readonly maxBytes: number },
): Promise<CopyOutcome> {
  return withinTime(clock, { limitMs: copyLimitMs, signal }, (ended) =>
    copier.copy({ url, ...(headers && { headers }), hosts, maxBytes, signal: ended }),
  );
}

function missing(code: ProviderFailure["code"], what: string): MissingOutput {
  return { failure: { code, message: `The vendor's link to an output led to ${what}.` } };
}
