import type { Json } from "@safelight/client/contract";
import { providerOf } from "../../model/failover-providers.js";
import type { Provider } from "../../ports/provider.js";
import type { JobCancel, OutboxItem } from "../../ports/store/outbox.js";
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

/** A job to cancel. */
export interface JobToCancel {
  readonly item: CancelItem;
  /** Aborted when the caller stops waiting. */
  readonly signal: AbortSignal;
  /** Receives what is known of the cancel. It is `unknown` from the request to its response. */
  readonly onCancel: (result: JobCancel) => void;
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
  toCancel: JobToCancel,
): Promise<ItemResult> {
  const { job, capacity, tries } = toCancel.item;
  const model = Object.hasOwn(models, job.model) ? models[job.model] : undefined;
  const provider = model && providerOf(model.providers, job);
  // During a rolling deployment, another worker may have the provider.
  if (provider === undefined || provider === null)
    return { isDone: false, reason: "This worker does not have the provider of the job." };
  const canCancel = provider.cancel !== undefined && provider.capabilities.cancel;
  if (!canCancel) toCancel.onCancel("unsupported");
  // The job can only end by itself, and no generation waits for its capacity.
  if (!canCancel && capacity === null) return { isDone: true };
  const state = await requestEnd(provider, { canCancel, ...toCancel });
  if (state === "ended" || (state === "unknowable" && capacity === null)) return { isDone: true };
  if (state === "unknown")
    return { isDone: false, reason: "The provider's response does not show whether the job has stopped." };
  const reason = "The provider has not confirmed yet that the job has stopped.";
  if (capacity === null) return { isDone: false, reason };
  if (state === "unknowable") return { isDone: false, reason, dueInMs: capacity.leftMs };
  const delayMs = freeRetryDelayMs({ waitedMs: 500 * 2 ** Math.min(tries, 10), random: random() });
  return { isDone: false, reason, dueInMs: Math.min(delayMs, capacity.leftMs) };
}

/** Cancels the job, or polls it if its provider cannot cancel. */
async function requestEnd(
  provider: Provider<unknown>,
  { canCancel, item, onCancel, signal }: JobToCancel & { readonly canCancel: boolean },
): Promise<JobState> {
  const { job } = item;
  const found =
    job.operation === null ? await lookUp(provider, { item, signal }) : ({ operation: job.operation } as const);
  if (found === "absent") {
    onCancel("absent");
    return "ended";
  }
  if (found === "unknowable") onCancel("unsupported");
  if (typeof found === "string") return found;
  const { operation } = found;
  if (!canCancel) return poll(provider, { item, signal, operation });
  onCancel("unknown");
  const outcome = parseCancelOutcome(await provider.cancel?.(operation, { signal }));
  if (outcome === null) return "unknown";
  onCancel(outcome);
  // `requested` is repeated later; that response shows whether the cancel succeeded.
  return outcome === "requested" ? "running" : "ended";
}

async function poll(
  provider: Provider<unknown>,
  { item, operation, signal }: Omit<JobToCancel, "onCancel"> & { readonly operation: Json },
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
  { item, signal }: Omit<JobToCancel, "onCancel">,
): Promise<{ readonly operation: Json } | "absent" | "unknown" | "unknowable"> {
  const { operationHint, token } = item.job;
  if (provider.findByToken === undefined) return operationHint === null ? "unknowable" : { operation: operationHint };
  const lookup = parseLookupOutcome(await provider.findByToken(token, { signal }));
  return lookup.type === "found" ? lookup : lookup.type;
}
