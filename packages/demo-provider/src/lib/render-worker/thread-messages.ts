import type { DrawTask } from "../image/draw-task.js";

/** To the thread. */
export interface ThreadOrder {
  readonly id: number;
  readonly task: DrawTask;
}

/** From the thread: once that it is up, then one answer to each order, in order. */
export type ThreadAnswer =
  | { readonly type: "ready" }
  | { readonly type: "drawn"; readonly id: number; readonly png: Uint8Array<ArrayBuffer> }
  | { readonly type: "failed"; readonly id: number; readonly message: string };
