import { blobFrom } from "../../bytes/blob-from.js";
import { bytesOfDataUrl, isDataUrl } from "../../bytes/data-url.js";
import { sha256Hex } from "../../bytes/sha256-hex.js";
import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { CopiedBytes, CopyOutcome } from "../../ports/media-copier.js";
import type { MissingOutput, ProviderLink, ProviderOutput } from "../../ports/provider.js";
import { withinTime } from "../../process/within-time.js";
import type { OutputsContext } from "./outputs-context.js";

/**
 * A vendor may publish its files shortly after the job has ended. Until then, a link that responds "gone" is retried.
 */
const goneRetryMs = 60_000;

/** The bytes of an output, or the reason why they are missing. */
export type CopiedOutput = CopiedBytes | MissingOutput;

/** The limits for copying one result. */
export interface CopyConditions {
  /** The allowed hosts of the provider that returned the links. */
  readonly hosts: readonly string[];
  /** Max size of one output, in bytes. Infinity for no limit. */
  readonly maxBytes: number;
  /** Milliseconds since the provider finished the job. */
  readonly waitedMs: number;
  /** Max time for one copy, and for one write to the storage, in milliseconds from now. */
  readonly transferLimitMs: () => number;
  /** Whether the result ends before another try: the host's check is not retried then. */
  readonly isLastTry: () => boolean;
  readonly signal: AbortSignal;
}

/**
 * Loads the bytes of one output. The caller must close the result.
 *
 * @throws when a retry may succeed.
 */
export async function copyOutput(
  context: Pick<OutputsContext, "clock" | "copier">,
  { output, conditions }: { readonly output: ProviderOutput; readonly conditions: CopyConditions },
): Promise<CopiedOutput> {
  if ("failure" in output) return output;
  if ("bytes" in output) return inMemory(output.bytes);
  if (isDataUrl(output.url)) {
    const bytes = bytesOfDataUrl(output.url);
    return bytes === null ? { failure: malformedDataUrl } : inMemory(bytes);
  }
  const outcome = await copyLink(context, { link: output, ...conditions });
  switch (outcome.type) {
    case "copied":
      return outcome;
    case "refused":
      return { failure: outcome.failure };
    case "gone":
      if (conditions.waitedMs < goneRetryMs) throw new Error(`The link to an output returned ${outcome.status}.`);
      return { failure: { code: "result_expired", message: `The link to an output returned ${outcome.status}.` } };
  }
}

function copyLink(
  { clock, copier }: Pick<OutputsContext, "clock" | "copier">,
  options: CopyConditions & { readonly link: ProviderLink },
): Promise<CopyOutcome> {
  const { hosts, link, maxBytes, signal, transferLimitMs } = options;
  const { headers, url } = link;
  const limitMs = transferLimitMs();
  return withinTime({ clock, limitMs, signal, what: "Copying an output" }, (ended) => {
    const copying = copier.copy({ url, ...(headers && { headers }), hosts, maxBytes, maxMs: limitMs, signal: ended });
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

const malformedDataUrl: ProviderFailure = {
  code: "download_failed",
  message: "An output link is a malformed data URL.",
};
