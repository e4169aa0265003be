import type { Json } from "@safelight/client/contract";
import { providerOf } from "../../model/failover-providers.js";
import type { Provider } from "../../ports/provider.js";
import type { OutboxItem } from "../../ports/store/outbox.js";
import { freeRetryDelayMs } from "../context/backoff.js";
import type { WorkerContext } from "../context/worker-context.js";
import { parseCancelOutcome, parseLookupOutcome, parseOperationStatus } from "../steps/parse-provider-result.js";

/** Result of processing an item of the outbox. */
export type ItemResult =
  | { readonly isDone: true }
  | {
      readonly isDone: false;
      /** For the log. */
      readonly reason: string;
      /** Milliseconds until the item is processed again. Set if nothing failed: the job still holds its capacity. */
      readonly dueInMs?: number;
    };

type CancelItem = Extract<OutboxItem, { readonly topic: "cancel_job" }>;

/** A job to cancel, and the signal that is aborted when the caller stops waiting. */
interface JobToCancel {
  readonly item: CancelItem;
  readonly signal: AbortSignal;
}

/**
 * The state of a job after a request. `ended`: canceled, finished, too late to cancel, or never accepted; its generation is
 * settled, so these need no distinction. `running`: its vendor still runs it. `unknown`: the request must be repeated.
 * `unknowable`: neither a lookup nor a poll can find it.
 */
type JobState = "ended" | "running" | "unknown" | "unknowable";

/**
 * Cancels a provider job whose generation has already ended. The credits are settled. The cancel saves the host the
 * vendor's charge for a discarded result. A job that holds capacity at a gate is watched until it has ended.
 */
export async function cancelJob(
  { models, random }: Pick<WorkerContext, "models" | "random">,
  { item, signal }: JobToCancel,
): Promise<ItemResult> {
  const { job, capacity, tries } = item;
  const model = Object.hasOwn(models, job.model) ? models[job.model] : undefined;
  const provider = model && providerOf(model.providers, job);
  // During a rolling deployment, another worker may have the provider.
  if (provider === undefined || provider === null)
    return unfinished("This worker does not have the provider of the job.");
  const canCancel = provider.cancel !== undefined && provider.capabilities.cancel;
  // The job can only end by itself, and no generation waits for its capacity.
  if (!canCancel && capacity === null) return { isDone: true };
  const state = await requestEnd(provider, { canCancel, item, signal });
  if (state === "ended" || (state === "unknowable" && capacity === null)) return { isDone: true };
  if (state === "unknown") return unfinished("The provider's response does not show whether the job has stopped.");
  const reason = "The provider has not confirmed yet that the job has stopped.";
  if (capacity === null) return unfinished(reason);
  if (state === "unknowable") return { isDone: false, reason, dueInMs: capacity.leftMs };
  const delayMs = freeRetryDelayMs({ waitedMs: 500 * 2 ** Math.min(tries, 10), random: random() });
  return { isDone: false, reason, dueInMs: Math.min(delayMs, capacity.leftMs) };
}

function unfinished(reason: string): ItemResult {
  return { isDone: false, reason };
}

/** Cancels the job, or polls it if its provider cannot cancel. */
async function requestEnd(
  provider: Provider<unknown>,
  { canCancel, item, signal }: JobToCancel & { readonly canCancel: boolean },
): Promise<JobState> {
  const { job } = item;
  const found =
    job.operation === null ? await lookUp(provider, { item, signal }) : ({ operation: job.operation } as const);
  if (found === "absent") return "ended";
  if (typeof found === "string") return found;
  if (!canCancel) return poll(provider, { item, signal, operation: found.operation });
  // `requested` is repeated later; that response shows whether the cancel succeeded.
  const outcome = parseCancelOutcome(await provider.cancel?.(found.operation, { signal }));
  if (outcome === null) return "unknown";
  return outcome === "requested" ? "running" : "ended";
}

async function poll(
  provider: Provider<unknown>,
  { item, operation, signal }: JobToCancel & { readonly operation: Json },
): Promise<JobState> {
  if (provider.poll === undefined) return "unknowable";
  const input = item.capacity?.input ?? null;
  const status = parseOperationStatus(await provider.poll(operation, { input, token: item.job.token, signal }));
  if (status === null) return "unknown";
  return status.type === "queued" || status.type === "running" ? "running" : "ended";
}

/**
 * Finds the operation of a job whose response was lost. A late response puts the job into the outbox again, with its
 * operation. A webhook may name a foreign job, so its hint is used only if the provider has no lookup.
 */
async function lookUp(
  provider: Provider<unknown>,
  { item, signal }: JobToCancel,
): Promise<{ readonly operation: Json } | "absent" | "unknown" | "unknowable"> {
  const { operationHint, token } = item.job;
  if (provider.findByToken === undefined) return operationHint === null ? "unknowable" : { operation: operationHint };
  const lookup = parseLookupOutcome(await provider.findByToken(token, { signal }));
  return lookup.type === "found" ? lookup : lookup.type;
}
