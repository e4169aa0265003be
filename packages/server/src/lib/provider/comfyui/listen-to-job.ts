import { asRecord } from "../../json/as-record.js";
import type { SubmitProgress } from "../../ports/provider.js";
import type { ComfyuiServer } from "./comfyui-server.js";
import { previewOf, progressOf } from "./progress-of-frame.js";
import type { ComfyuiWorkflow } from "./workflow-template.js";

/** Options of `listenToJob`. */
export interface ListenToJob {
  readonly jobId: string;
  /** ComfyUI sends the progress of a job only to the client that submitted it. */
  readonly clientId: string;
  readonly workflow: ComfyuiWorkflow;
  readonly listenMs: number;
  readonly previews: boolean;
  readonly signal: AbortSignal;
}

/**
 * Listens briefly for the progress of a running job. Each message contains the whole progress, so no state is kept
 * between polls. A failure leaves the progress `null` and does not fail the poll.
 */
export function listenToJob(server: ComfyuiServer, request: ListenToJob): Promise<SubmitProgress> {
  const { jobId, listenMs, previews, signal, workflow } = request;
  const ended = AbortSignal.any([signal, AbortSignal.timeout(listenMs)]);
  const socket = openSocket(server, request.clientId);
  let latest: SubmitProgress = { progress: null };
  if (socket === null) return Promise.resolve(latest);
  return new Promise((resolve) => {
    const end = (): void => {
      socket.close();
      resolve(latest);
    };
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) {
        const preview = previews ? previewOf(new Uint8Array(data)) : null;
        if (preview !== null) latest = { ...latest, preview };
      } else latest = { ...latest, progress: progressOf(data, { jobId, workflow }) ?? latest.progress };
      if (latest.progress !== null && (latest.preview !== undefined || !previews)) end();
    };
    socket.onerror = end;
    socket.onclose = end;
    if (ended.aborted) end();
    else ended.addEventListener("abort", end, { once: true });
  });
}

function openSocket({ baseUrl, headers }: ComfyuiServer, clientId: string): WebSocket | null {
  const url = `${baseUrl.replace(/^http/, "ws")}/ws?${new URLSearchParams({ clientId })}`;
  try {
    if (Object.keys(asRecord(headers)).length === 0) return new WebSocket(url);
    // Node and Bun accept headers here, which the DOM type does not declare. Other runtimes throw.
    return new WebSocket(url, { headers } as unknown as string[]);
  } catch {
    return null;
  }
}
