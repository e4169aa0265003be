import { asRecord } from "../../src/lib/json/as-record.js";
import type { OutputCheck } from "../../src/lib/ports/output-check.js";
import type { Storage } from "../../src/lib/ports/storage.js";
import type { GenerationDetail } from "../../src/lib/ports/store/operator-store.js";
import type { Store } from "../../src/lib/ports/store/store.js";
import { mediaRequest, requestedMedia } from "./requested-media.js";

/** Outputs that the host withholds: the first of two, or each one. */
type Withheld = "first" | "all";

function withheldIn(input: unknown): Withheld | null {
  const { withheld } = asRecord(input);
  return withheld === "first" || withheld === "all" ? withheld : null;
}

/** As `mediaRequest`. Of seven, one has two outputs of which the host withholds the first, and one has its only output withheld. */
export function checkedRequest(index: number) {
  const request = mediaRequest(index);
  const withheld = { 2: "first", 5: "all" }[index % 7];
  if (withheld === undefined) return request;
  const input = { ...request.parsedInput, withheld };
  return { ...request, input, parsedInput: input, requestedOutputs: withheld === "first" ? 2 : 1 };
}

/** The files that a vendor makes for such an input. */
export function requestedOutputs(input: unknown): readonly ReturnType<typeof requestedMedia>[] {
  const media = requestedMedia(input);
  return withheldIn(input) === "first" ? [media, media] : [media];
}

/** The host's check of such outputs. */
export const withholdingCheck: OutputCheck = {
  check: ({ generation, index }) => {
    const withheld = withheldIn(generation.input);
    const isWithheld = withheld === "all" || (withheld === "first" && index === 0);
    return isWithheld ? { withhold: true, reason: `output ${index}` } : undefined;
  },
  onError: "withhold",
};

/**
 * Violations of ended generations: an object of a withheld output is left, its reason is lost, or its credits did not come back
 * exactly once. A generation without such an output has none, and neither has a deleted one.
 */
export async function findWithheldFaults(options: {
  readonly ids: Iterable<string>;
  readonly storage: Storage;
  readonly store: Pick<Store, "getDetail">;
}): Promise<readonly string[]> {
  const { ids, storage, store } = options;
  const keys: string[] = [];
  for await (const { key } of storage.list?.() ?? []) keys.push(key);
  const faults: string[] = [];
  for (const id of ids) {
    const detail = await store.getDetail({ id });
    if (detail !== null) faults.push(...faultsOf(detail, keys));
  }
  return faults;
}

function faultsOf(detail: GenerationDetail, keys: readonly string[]): readonly string[] {
  const { attempts, entries, generation, summary } = detail;
  const { credits, failureCode, id, refundedCredits, state, storagePrefix } = generation;
  const withheld = withheldIn(generation.input);
  if (withheld === null || summary.deletedAt !== null) return [];
  const faults: string[] = [];
  const prefix = `${storagePrefix}/${withheld === "first" ? "0-" : ""}`;
  const left = keys.filter((key) => key.startsWith(prefix));
  if (left.length > 0) faults.push(`${id} has objects of a withheld output: ${left.join(", ")}`);
  const attempt = attempts.at(-1);
  // The vendor itself may have rejected the content.
  const isRejected = failureCode === "content_rejected" && attempt?.state === "failed";
  if (state !== "completed" && !isRejected) return faults;
  if ((state === "completed") !== (withheld === "first"))
    faults.push(`${id} is ${state}, and ${withheld} was withheld`);
  const back = withheld === "first" ? credits / 2 : credits;
  if (refundedCredits !== back) faults.push(`${id} was refunded ${refundedCredits} of ${back} credits`);
  // The capture of a completed generation has the amount that comes back.
  const refunds = entries.filter(({ kind }) => kind === "capture" || kind === "refund");
  // A table of the host has its own check of the sums.
  if (summary.creditsIn === "ledger" && (refunds.length !== 1 || refunds[0]?.amount !== back)) {
    faults.push(`${id} has the refunds ${refunds.map(({ amount }) => amount).join(", ")}`);
  }
  const reasons = attempt?.failure?.missing ?? [];
  if (reasons[0]?.message !== "checkOutput: output 0") faults.push(`${id} lost the reason of a withheld output`);
  return faults;
}
