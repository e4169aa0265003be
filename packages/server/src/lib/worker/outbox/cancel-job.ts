import type { Json } from "@safelight/client/contract";
import { providerOf } from "../../model/failover-providers.js";
import type { Provider } from "../../ports/provider.js";
import type { UnwantedJob } from "../../ports/store/outbox.js";
import type { WorkerContext } from "../context/worker-context.js";
import { parseCancelOutcome, parseLookupOutcome } from "../steps/parse-provider-result.js";

/** A job to cancel, and the signal that is aborted when the caller stops waiting. */
interface JobToCancel {
  readonly job: UnwantedJob;
  readonly signal: AbortSignal;
}

/**
 * Cancels a provider job whose generation has already ended. The credits are settled. The cancel saves the host the
 * vendor's charge for a discarded result.
 *
 * @returns whether the item is done; otherwise it must be retried later.
 */
export async function cancelJob(
  { models }: Pick<WorkerContext, "models">,
  { job, signal }: JobToCancel,
): Promise<boolean> {
  const model = Object.hasOwn(models, job.model) ? models[job.model] : undefined;
  const provider = model && providerOf(model.providers, job);
  // During a rolling deployment, another worker may have the provider.
  if (provider === undefined || provider === null) return false;
  if (provider.cancel === undefined || !provider.capabilities.cancel) return true;
  const found =
    job.operation === null ? await lookUp(provider, { job, signal }) : ({ operation: job.operation } as const);
  if (found === "absent") return true;
  if (found === "unknown") return false;
  // `requested` is retried later; that response shows whether the cancel succeeded.
  const outcome = parseCancelOutcome(await provider.cancel(found.operation, { signal }));
  return outcome === "canceled" || outcome === "too_late";
}

/**
 * Finds the operation of a job whose response was lost. A late response puts the job into the outbox again, with its
 * operation. A webhook may name a foreign job, so its hint is used only if the provider has no lookup.
 */
async function lookUp(
  provider: Provider<unknown>,
  { job, signal }: JobToCancel,
): Promise<{ readonly operation: Json } | "absent" | "unknown"> {
  const { operationHint, token } = job;
  if (provider.findByToken === undefined) return operationHint === null ? "absent" : { operation: operationHint };
  const lookup = parseLookupOutcome(await provider.findByToken(token, { signal }));
  return lookup.type === "found" ? lookup : lookup.type;
}
