import { blobFrom } from "../../bytes/blob-from.js";
import { bytesOfDataUrl, isDataUrl } from "../../bytes/data-url.js";
import { sha256Hex } from "../../bytes/sha256-hex.js";
import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { CopiedBytes, CopyOutcome } from "../../ports/media-copier.js";
import type { MissingOutput, ProviderLink, ProviderOutput } from "../../ports/provider.js";
import { withinTime } from "../../process/within-time.js";
import type { WorkerContext } from "../context/worker-context.js";

/** A vendor's files are on their way for a moment after the job has ended: so long one that is gone is asked for again. */
const patienceWithGoneMs = 60_000;

/** An output as far as it was had: its bytes, or why there are none. */
export type CopiedOutput = CopiedBytes | MissingOutput;

/** What the copying of one result goes by. */
export interface CopyConditions {
  /** Those of the provider that gave the links. */
  readonly hosts: readonly string[];
  /** Since the attempt began. */
  readonly waitedMs: number;
  /** Max time for one copy, and for one write to the storage, in milliseconds from now. */
  readonly transferLimitMs: () => number;
  readonly signal: AbortSignal;
}

/**
 * Gets the bytes of one output. Whoever is given them closes them.
 *
 * @throws when it may go better another time.
 */
export async function copyOutput(
  context: Pick<WorkerContext, "clock" | "copier" | "maxOutputBytes">,
  output: ProviderOutput,
  conditions: CopyConditions,
): Promise<CopiedOutput> {
  if ("failure" in output) return output;
  if ("bytes" in output) return inMemory(output.bytes);
  const { maxOutputBytes = Number.POSITIVE_INFINITY } = context;
  if (isDataUrl(output.url)) {
    const bytes = bytesOfDataUrl(output.url);
    return bytes === null ? missing("download_failed", "a malformed data URL") : inMemory(bytes);
  }
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
  { hosts, maxBytes, signal, transferLimitMs }: CopyConditions & { readonly maxBytes: number },
): Promise<CopyOutcome> {
  return withinTime(clock, { limitMs: transferLimitMs(), signal, what: "Copying an output" }, (ended) => {
    const copying = copier.copy({ url, ...(headers && { headers }), hosts, maxBytes, signal: ended });
    copying
      // The copy finished after the limit: delete its file.
      .then((outcome) => (ended.aborted && outcome.type === "copied" ? outcome.close() : null))
      .catch(() => {});
    return copying;
  });
}

async function inMemory(bytes: Uint8Array): Promise<CopiedBytes> {
  return { body: blobFrom(bytes), sha256: await sha256Hex(bytes), close: async () => {} };
}

function missing(code: ProviderFailure["code"], what: string): MissingOutput {
  return { failure: { code, message: `The vendor's link to an output led to ${what}.` } };
}
