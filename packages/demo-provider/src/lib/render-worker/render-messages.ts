import type { RenderTask } from "../image/render-task.js";

/** A message to the render thread. */
export interface RenderRequest {
  readonly id: number;
  readonly task: RenderTask;
}

/** A message from the render thread: `ready` once, then one response to each request, in order. */
export type RenderMessage = { readonly type: "ready" } | RenderResponse;

/** The response to a request. */
export type RenderResponse =
  | { readonly type: "rendered"; readonly id: number; readonly png: Uint8Array<ArrayBuffer> }
  | { readonly type: "failed"; readonly id: number; readonly message: string };
