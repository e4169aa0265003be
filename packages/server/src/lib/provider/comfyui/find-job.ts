import type { ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { failureOfExecution } from "./comfyui-failure.js";
import { type ComfyuiServer, query, vendorName } from "./comfyui-server.js";

/** State of a job. An old server has no `/api/jobs`. */
export type ComfyuiJob =
  | { readonly state: "pending"; readonly queuePosition: number | null }
  | { readonly state: "running"; readonly isOldServer: boolean }
  | { readonly state: "canceled" }
  /** `outputs`: outputs of each node, by node id. */
  | { readonly state: "done"; readonly outputs: Readonly<Record<string, unknown>> }
  | { readonly state: "failed"; readonly failure: ProviderFailure }
  /** The server does not find the job. Its queue and history are in memory and are lost on a restart. */
  | { readonly state: "absent"; readonly isOldServer: boolean };

/**
 * Reads the state of a job.
 *
 * @throws if the state cannot be read now.
 * @see https://github.com/Comfy-Org/ComfyUI/blob/master/comfy_execution/jobs.py checked 2026-11
 */
export async function findJob(
  server: ComfyuiServer,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<ComfyuiJob> {
  const init = { signal };
  const response = await query(server, { path: `/api/jobs/${encodeURIComponent(id)}`, init });
  const job = asRecord(jsonOf(response));
  if (response.status === 200 && typeof job.status === "string")
    return toJob(server, { job: { ...job, id, status: job.status }, init });
  if (response.status !== 404) throw new Error(`${vendorName} responded with ${response.status} for job ${id}.`);
  return job.error === undefined ? findOnOldServer(server, { id, init }) : { state: "absent", isOldServer: false };
}

/** Running jobs, and queued jobs in order. */
export async function readQueue(server: ComfyuiServer, init: RequestInit) {
  const { queue_pending, queue_running } = asRecord(jsonOf(await queryList(server, { path: "/queue", init })));
  const pending = toItems(queue_pending).toSorted((one, other) => one.number - other.number);
  return { running: toItems(queue_running), pending };
}

/** An entry of the queue or the history: `[number, id, workflow, extra_data, …]`. */
export interface QueueItem {
  readonly number: number;
  readonly id: string;
  readonly clientId: unknown;
}

/** Parses a list of entries and skips malformed ones. */
export function toItems(list: unknown): readonly QueueItem[] {
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  return items.flatMap((item) => {
    if (!Array.isArray(item) || typeof item[1] !== "string") return [];
    return [{ number: Number(item[0]), id: item[1], clientId: asRecord(item[3]).client_id }];
  });
}

/** Reads a list. Throws if the response is not one. */
export async function queryList(
  server: ComfyuiServer,
  { path, init }: { readonly path: string; readonly init: RequestInit },
) {
  const response = await query(server, { path, init });
  if (response.status === 200 && typeof jsonOf(response) === "object") return response;
  throw new Error(`${vendorName} responded with ${response.status} for ${path}.`);
}

interface JobResponse extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly status: string;
}

async function toJob(
  server: ComfyuiServer,
  { job, init }: { readonly job: JobResponse; readonly init: RequestInit },
): Promise<ComfyuiJob> {
  switch (job.status) {
    case "pending":
      return placeInQueue(job.id, await readQueue(server, init)) ?? { state: "pending", queuePosition: null };
    case "completed":
      return { state: "done", outputs: asRecord(job.outputs) };
    case "failed":
      return { state: "failed", failure: failureOfExecution(job.id, job.execution_error) };
    case "cancelled":
      return { state: "canceled" };
    default:
      return { state: "running", isOldServer: false };
  }
}

/**
 * For servers from before autumn 2025, without `/api/jobs`. The queue is read first, because jobs move from it to the
 * history.
 */
async function findOnOldServer(
  server: ComfyuiServer,
  { id, init }: { readonly id: string; readonly init: RequestInit },
): Promise<ComfyuiJob> {
  const queue = await readQueue(server, init);
  if (queue.running.some((item) => item.id === id)) return { state: "running", isOldServer: true };
  const waiting = placeInQueue(id, queue);
  if (waiting !== null) return waiting;
  const history = asRecord(jsonOf(await queryList(server, { path: `/history/${encodeURIComponent(id)}`, init })));
  return history[id] === undefined ? { state: "absent", isOldServer: true } : endOf(id, asRecord(history[id]));
}

function placeInQueue(id: string, { pending, running }: Awaited<ReturnType<typeof readQueue>>): ComfyuiJob | null {
  const place = pending.findIndex((item) => item.id === id);
  return place === -1 ? null : { state: "pending", queuePosition: running.length + place };
}

/** Every job in the history has ended. Unknown states count as done. */
function endOf(id: string, { outputs, status }: Readonly<Record<string, unknown>>): ComfyuiJob {
  const { messages, status_str } = asRecord(status);
  if (status_str !== "error") return { state: "done", outputs: asRecord(outputs) };
  const list: readonly unknown[] = Array.isArray(messages) ? messages : [];
  const events = new Map(
    list.filter((message) => Array.isArray(message)).map(([event, data]) => [event, data] as const),
  );
  if (events.has("execution_interrupted")) return { state: "canceled" };
  return { state: "failed", failure: failureOfExecution(id, events.get("execution_error")) };
}
