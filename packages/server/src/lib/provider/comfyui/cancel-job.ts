import { asRecord } from "../../json/as-record.js";
import type { CancelOutcome } from "../../ports/provider.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { type ComfyuiServer, posting, query, vendorName } from "./comfyui-server.js";
import { findJob } from "./find-job.js";

/** Removes a job from the queue, or stops it if it runs. Idempotent. */
export async function cancelJob(
  server: ComfyuiServer,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<CancelOutcome> {
  const response = await query(server, {
    path: `/api/jobs/${encodeURIComponent(id)}/cancel`,
    init: posting({}, signal),
  });
  if (response.status === 401 || response.status === 403)
    throw new Error(`${vendorName} responded with ${response.status}.`);
  const { cancelled, error } = asRecord(jsonOf(response));
  if (cancelled === undefined && error === undefined) await cancelByQueue(server, { id, signal });
  const job = await findJob(server, { id, signal });
  switch (job.state) {
    // A job that was still queued leaves no trace.
    case "absent":
    case "canceled":
      return "canceled";
    case "pending":
    case "running":
      return "requested";
    case "done":
    case "failed":
      return "too_late";
  }
}

/**
 * Fallback for servers without a cancel endpoint. Old servers interrupt the running job without checking its id, and by
 * then another user's job may be running. On those, only queued jobs are canceled, and a running job continues.
 */
async function cancelByQueue(
  server: ComfyuiServer,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<void> {
  const job = await findJob(server, { id, signal });
  if (job.state === "pending") await query(server, { path: "/queue", init: posting({ delete: [id] }, signal) });
  if (job.state === "running" && !job.isOldServer)
    await query(server, { path: "/interrupt", init: posting({ prompt_id: id }, signal) });
}
