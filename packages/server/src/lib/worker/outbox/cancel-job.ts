import type { Json } from "@safelight/client/contract";
import { providerOf } from "../../model/provider-chain.js";
import type { Provider } from "../../ports/provider.js";
import type { UnwantedJob } from "../../ports/store/outbox.js";
import type { WorkerContext } from "../context/worker-context.js";
import { parseCancelOutcome, parseLookupOutcome } from "../steps/provider-answers.js";

/**
 * Asks a provider to cancel a job whose generation has ended without it. The credits are settled already: this saves the
 * host what the vendor would charge for a result that nobody gets.
 *
 * @param signal once aborted, nobody waits for the answer.
 * @returns whether there is nothing left to ask; otherwise it is to be asked again later.
 */
export async function cancelJob(context: WorkerContext, job: UnwantedJob, signal: AbortSignal): Promise<boolean> {
  const model = Object.hasOwn(context.models, job.model) ? context.models[job.model] : undefined;
  const provider = model && providerOf(model.providers, job);
  // A rolling deployment: another worker may know the provider.
  if (provider === undefined || provider === null) return false;
  if (provider.cancel === undefined || !provider.capabilities.cancel) return true;
  const found = job.operation === null ? await lookUp(provider, job, signal) : ({ operation: job.operation } as const);
  if (found === "absent") return true;
  if (found === "unknown") return false;
  // `requested` is asked again, which tells what became of it.
  const outcome = parseCancelOutcome(await provider.cancel(found.operation, { signal }));
  return outcome === "canceled" || outcome === "too_late";
}

/**
 * Its reply was lost, and may still arrive: that leaves the job to the outbox once more, with its operation. What a
 * call-back names may be somebody else's, and is taken only where the provider cannot say which one is ours.
 */
async function lookUp(
  provider: Provider<unknown>,
  { operationHint, token }: UnwantedJob,
  signal: AbortSignal,
): Promise<{ readonly operation: Json } | "absent" | "unknown"> {
  if (provider.findByToken === undefined) return operationHint === null ? "absent" : { operation: operationHint };
  const lookup = parseLookupOutcome(await provider.findByToken(token, { signal }));
  return lookup.type === "found" ? lookup : lookup.type;
}
