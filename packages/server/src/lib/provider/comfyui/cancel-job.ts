import type { CancelOutcome } from "../../ports/provider.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import { ask, type ComfyuiServer, posting, vendorName } from "./comfyui-server.js";
import { findJob } from "./find-job.js";

/** Takes a job out of the queue, or stops it. May be asked again. */
export async function cancelJob(server: ComfyuiServer, id: string, signal: AbortSignal): Promise<CancelOutcome> {
  const answer = await ask(server, `/api/jobs/${encodeURIComponent(id)}/cancel`, posting({}, signal));
  if (answer.status === 401 || answer.status === 403) throw new Error(`${vendorName} answered ${answer.status}.`);
  const { cancelled, error } = fieldsOf(jsonOf(answer));
  if (cancelled === undefined && error === undefined) await cancelByQueue(server, id, signal);
  const job = await findJob(server, id, signal);
  switch (job.state) {
    // What was only waiting leaves no trace.
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
 * Old servers may stop whatever runs, without a look at the id: by the time they are told to, that may be a stranger's job.
 * So there only what waits is canceled, and what runs comes to its end.
 */
async function cancelByQueue(server: ComfyuiServer, id: string, signal: AbortSignal): Promise<void> {
  const job = await findJob(server, id, signal);
  if (job.state === "pending") await ask(server, "/queue", posting({ delete: [id] }, signal));
  if (job.state === "running" && !job.isOldServer) await ask(server, "/interrupt", posting({ prompt_id: id }, signal));
}
