import type { SubmitProgress } from "../../ports/provider.js";
import { fieldsOf } from "../kit/request/vendor-json.js";
import type { ComfyuiServer } from "./comfyui-server.js";
import { previewOf, progressOf } from "./progress-of-frame.js";
import type { ComfyuiWorkflow } from "./workflow-template.js";

/** What is listened to, and for how long. */
export interface ListenToJob {
  readonly jobId: string;
  /** The server tells a job's progress to the client that it was sent by. */
  readonly clientId: string;
  readonly workflow: ComfyuiWorkflow;
  readonly listenMs: number;
  readonly previews: boolean;
  readonly signal: AbortSignal;
}

/**
 * Listens for a moment to what the server says about a running job. It says all of a job's progress with each step, so
 * nothing is kept between two moments. What cannot be heard is `null`: it stops nothing.
 */
export function listenToJob(server: ComfyuiServer, request: ListenToJob): Promise<SubmitProgress> {
  const { jobId, listenMs, previews, signal, workflow } = request;
  const ended = AbortSignal.any([signal, AbortSignal.timeout(listenMs)]);
  const socket = openSocket(server, request.clientId);
  let heard: SubmitProgress = { progress: null };
  if (socket === null) return Promise.resolve(heard);
  return new Promise((resolve) => {
    const end = (): void => {
      socket.close();
      resolve(heard);
    };
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) {
        const preview = previews ? previewOf(new Uint8Array(data)) : null;
        if (preview !== null) heard = { ...heard, preview };
      } else heard = { ...heard, progress: progressOf(data, jobId, workflow) ?? heard.progress };
      if (heard.progress !== null && (heard.preview !== undefined || !previews)) end();
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
    if (Object.keys(fieldsOf(headers)).length === 0) return new WebSocket(url);
    // Node and Bun take headers here, which the type of browsers does not know; elsewhere this throws.
    return new WebSocket(url, { headers } as unknown as string[]);
  } catch {
    return null;
  }
}
