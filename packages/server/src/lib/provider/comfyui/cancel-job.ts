import type { CancelOutcome } from "../../ports/provider.js";
import { fieldsOf, jsonOf } from "../vendor/vendor-json.js";
import { ask, type ComfyuiServer, posting, vendorName } from "./comfyui-server.js";
import { findJob } from "./find-job.js";

/** Takes a job out of the queue, or stops it. May be asked again. */
export async function cancelJob(server: ComfyuiServer, id: string): Promise<CancelOutcome> {
  const answer = await ask(server, `/api/jobs/${encodeURIComponent(id)}/cancel`, posting({}));
  if (answer.status === 401 || answer.status === 403) throw new Error(`${vendorName} answered ${answer.status}.`);
  const { cancelled, error } = fieldsOf(jsonOf(answer));
  if (cancelled === undefined && error === undefined) await cancelOnOldServer(server, id);
  const job = await findJob(server, id);
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

/** The oldest servers stop whatever runs, without a look at the id: so that is asked for only while it is this one. */
async function cancelOnOldServer(server: ComfyuiServer, id: string): Promise<void> {
  const { state } = await findJob(server, id);
  if (state === "pending") await ask(server, "/queue", posting({ delete: [id] }));
  if (state === "running") await ask(server, "/interrupt", posting({ prompt_id: id }));
}
