import { isGenerationId } from "../../generation/generation-id.js";
import { enqueueWake } from "../context/enqueue-wake.js";
import { wakeAtGate } from "../context/wake-at-gate.js";
import type { WorkerContext } from "../context/worker-context.js";
import type { WorkScheduler } from "./work-scheduler.js";
import type { Advance } from "./worker.js";

type DeliveryContext = Pick<WorkerContext, "dispatcher" | "lateRecords" | "limits" | "models" | "outage" | "store">;

/** Retry interval of a due generation that this worker cannot claim: it stops, lacks the model, or does not trust its clock yet. */
const retryInMs = 5_000;

/** Advances the generation of one delivery, and enqueues it again where no other part of the worker does. */
export async function deliver(
  context: DeliveryContext,
  { id, scheduler }: { readonly id: string; readonly scheduler: WorkScheduler },
): Promise<Advance> {
  // Not an error: the engine would repeat a job with a malformed id.
  if (!isGenerationId(id)) return { nextInMs: null };
  const isClaimed = await scheduler.advance(id);
  // Announces the end. A failure delays it until the next delivery or sweep.
  if (isClaimed) await scheduler.outbox.drain().catch((error: unknown) => context.outage.report(error));
  // After the drain, the store may be closed.
  const due = scheduler.isDraining ? { dueInMs: 0, isLeased: false, gate: null } : await context.store.readDue({ id });
  if (due === null) return { nextInMs: null };
  const dueInMs = Math.ceil(due.dueInMs);
  // Another worker has it. If that worker crashes, a sweep finds the expired lease.
  if (due.isLeased && dueInMs > 0) return { nextInMs: dueInMs };
  if (!isClaimed && dueInMs === 0 && due.gate !== null) {
    const opensInMs = await wakeAtGate(context, { gate: due.gate, ifFirst: id });
    return { nextInMs: Number.isFinite(opensInMs) && opensInMs > 0 ? Math.ceil(opensInMs) : retryInMs };
  }
  const nextInMs = dueInMs === 0 && !isClaimed ? retryInMs : dueInMs;
  // The park of a claimed generation has enqueued its wake, but a cancel or a webhook may have made it due at once.
  if (!isClaimed || dueInMs === 0) void enqueueWake(context, { generationId: id, dueInMs: nextInMs });
  return { nextInMs };
}
