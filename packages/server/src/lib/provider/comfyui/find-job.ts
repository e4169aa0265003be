import type { ProviderFailure } from "../../generation/provider-failure.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import { failureOfExecution } from "./comfyui-failure.js";
import { ask, type ComfyuiServer, vendorName } from "./comfyui-server.js";

/** How a job is doing. An old server is one without `/api/jobs`. */
export type ComfyuiJob =
  | { readonly state: "pending"; readonly queuePosition: number | null }
  | { readonly state: "running"; readonly isOldServer: boolean }
  | { readonly state: "canceled" }
  /** `outputs`: what each node has put out, by the node's id. */
  | { readonly state: "done"; readonly outputs: Readonly<Record<string, unknown>> }
  | { readonly state: "failed"; readonly failure: ProviderFailure }
  /** The server does not know it: its queue and its history are in memory, and end with it. */
  | { readonly state: "absent"; readonly isOldServer: boolean };

/**
 * Asks for a job.
 *
 * @throws when it cannot be told now.
 * @see https://github.com/Comfy-Org/ComfyUI/blob/master/comfy_execution/jobs.py checked 2026-11
 */
export async function findJob(server: ComfyuiServer, id: string, signal: AbortSignal): Promise<ComfyuiJob> {
  const init = { signal };
  const answer = await ask(server, `/api/jobs/${encodeURIComponent(id)}`, init);
  const job = fieldsOf(jsonOf(answer));
  if (answer.status === 200 && typeof job.status === "string")
    return toJob(server, { ...job, id, status: job.status }, init);
  if (answer.status !== 404) throw new Error(`${vendorName} answered ${answer.status} about job ${id}.`);
  return job.error === undefined ? findOnOldServer(server, id, init) : { state: "absent", isOldServer: false };
}

/** Everything that waits or runs, the next one first. */
export async function readQueue(server: ComfyuiServer, init: RequestInit) {
  const { queue_pending, queue_running } = fieldsOf(jsonOf(await askForList(server, "/queue", init)));
  const pending = toItems(queue_pending).toSorted((one, other) => one.number - other.number);
  return { running: toItems(queue_running), pending };
}

/** One place in the queue, or in the history: `[number, id, workflow, extra_data, …]`. */
export interface QueueItem {
  readonly number: number;
  readonly id: string;
  readonly clientId: unknown;
}

/** The items in a list of them; what is none is left out. */
export function toItems(list: unknown): readonly QueueItem[] {
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  return items.flatMap((item) => {
    if (!Array.isArray(item) || typeof item[1] !== "string") return [];
    return [{ number: Number(item[0]), id: item[1], clientId: fieldsOf(item[3]).client_id }];
  });
}

/** Answers with a list, or not at all. */
export async function askForList(server: ComfyuiServer, path: string, init: RequestInit) {
  const answer = await ask(server, path, init);
  if (answer.status === 200 && typeof jsonOf(answer) === "object") return answer;
  throw new Error(`${vendorName} answered ${answer.status} to ${path}.`);
}

interface JobAnswer extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly status: string;
}

async function toJob(server: ComfyuiServer, job: JobAnswer, init: RequestInit): Promise<ComfyuiJob> {
  switch (job.status) {
    case "pending":
      return placeInQueue(job.id, await readQueue(server, init)) ?? { state: "pending", queuePosition: null };
    case "completed":
      return { state: "done", outputs: fieldsOf(job.outputs) };
    case "failed":
      return { state: "failed", failure: failureOfExecution(job.id, job.execution_error) };
    case "cancelled":
      return { state: "canceled" };
    default:
      return { state: "running", isOldServer: false };
  }
}

/** Without `/api/jobs`: until the autumn of 2025. The queue first, because a job goes from there into the history. */
async function findOnOldServer(server: ComfyuiServer, id: string, init: RequestInit): Promise<ComfyuiJob> {
  const queue = await readQueue(server, init);
  if (queue.running.some((item) => item.id === id)) return { state: "running", isOldServer: true };
  const waiting = placeInQueue(id, queue);
  if (waiting !== null) return waiting;
  const history = fieldsOf(jsonOf(await askForList(server, `/history/${encodeURIComponent(id)}`, init)));
  return history[id] === undefined ? { state: "absent", isOldServer: true } : endOf(id, fieldsOf(history[id]));
}

function placeInQueue(id: string, { pending, running }: Awaited<ReturnType<typeof readQueue>>): ComfyuiJob | null {
  const place = pending.findIndex((item) => item.id === id);
  return place === -1 ? null : { state: "pending", queuePosition: running.length + place };
}

/** What is in the history has ended, whatever its state is called. */
function endOf(id: string, { outputs, status }: Readonly<Record<string, unknown>>): ComfyuiJob {
  const { messages, status_str } = fieldsOf(status);
  if (status_str !== "error") return { state: "done", outputs: fieldsOf(outputs) };
  const list: readonly unknown[] = Array.isArray(messages) ? messages : [];
  const events = new Map(
    list.filter((message) => Array.isArray(message)).map(([event, data]) => [event, data] as const),
  );
  if (events.has("execution_interrupted")) return { state: "canceled" };
  return { state: "failed", failure: failureOfExecution(id, events.get("execution_error")) };
}
