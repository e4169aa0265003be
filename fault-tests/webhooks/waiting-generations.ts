import type { WebhookHost } from "./webhook-host.js";
import type { SignedWebhook, VendorJob, VendorPlan } from "./webhook-vendor.js";

/** A generation in some state, with its vendor's job. */
export interface Waiting {
  readonly state: string;
  readonly job: VendorJob;
  /** Status of a genuine webhook: 200 when it is expected, 202 when it has no effect. */
  readonly status: 200 | 202;
}

const ownerId = "ada";
const never = 3_600_000;

/** Creates one generation in every state in which a webhook can arrive, and another running one. */
export async function waitingGenerations(host: WebhookHost): Promise<readonly [other: Waiting, Waiting, ...Waiting[]]> {
  const submit = async (plan: Partial<VendorPlan>): Promise<string> => {
    const { generation } = await host.api.submit({ ownerId }, "demo", {});
    host.vendor.plan(generation.id, { response: "accepted", end: "done", jobMs: never, ...plan });
    return generation.id;
  };
  const waiting = (state: string, { id, status }: { readonly id: string; readonly status: 200 | 202 }): Waiting => {
    const job = host.vendor.jobsOf(id).at(-1);
    if (job === undefined) throw new Error(`The vendor has no job for the ${state} generation.`);
    return { state, job, status };
  };

  const completed = await submit({ jobMs: 0 });
  const failed = await submit({ jobMs: 0, end: "failed" });
  const deleted = await submit({ jobMs: 0 });
  const canceled = await submit({});
  await host.tick();
  await host.api.cancel({ ownerId }, canceled);
  await host.finish();
  await host.api.delete({ ownerId }, deleted);
  await host.finish();

  const retried = await submit({ response: "denied once" });
  while (host.vendor.jobsOf(retried).length < 2) {
    await host.tick();
    host.clock.skip(10_000);
  }

  const other = await submit({});
  const running = await submit({});
  const canceling = await submit({});
  const reconciling = await submit({ response: "lost" });
  const denied = await submit({ response: "denied" });
  await host.tick();
  const submitting = await submit({ response: "held" });
  // Rejects when the vendor closes.
  host.tick().catch(() => {});
  while (host.vendor.jobsOf(submitting).length === 0) await new Promise((resolve) => setImmediate(resolve));

  // Last, because no paid request is sent after a write failed. A webhook ends the job, so that no other work is due.
  const storing = await submit({ jobMs: 0 });
  await host.tick();
  host.isStorageDown = true;
  const job = host.vendor.jobsOf(storing).at(-1);
  if (job === undefined) throw new Error("The vendor has no job for the storing generation.");
  await host.send(await host.vendor.sign(job, "completed"));
  await host.tick();
  await host.api.cancel({ ownerId }, canceling);

  return [
    waiting("running too", { id: other, status: 200 }),
    waiting("submitting", { id: submitting, status: 200 }),
    waiting("reconciling", { id: reconciling, status: 200 }),
    waiting("running", { id: running, status: 200 }),
    waiting("running in its second attempt", { id: retried, status: 200 }),
    waiting("canceling", { id: canceling, status: 200 }),
    waiting("storing", { id: storing, status: 200 }),
    waiting("waiting to be tried again", { id: denied, status: 202 }),
    waiting("completed", { id: completed, status: 202 }),
    waiting("failed", { id: failed, status: 202 }),
    waiting("canceled", { id: canceled, status: 202 }),
    waiting("deleted", { id: deleted, status: 202 }),
  ];
}

/** The parts of a genuine webhook, signed now. */
export async function textOf(
  host: WebhookHost,
  { waiting: { job }, event }: { readonly waiting: Waiting; readonly event: string },
) {
  const { url, headers, body }: SignedWebhook = await host.vendor.sign(job, event);
  return { url, body, id: headers["webhook-id"] ?? "", seconds: headers["webhook-timestamp"] ?? "" };
}
