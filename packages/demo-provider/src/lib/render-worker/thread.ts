import { parentPort } from "node:worker_threads";
import { createDraw } from "../image/draw-task.js";
import type { ThreadAnswer, ThreadOrder } from "./thread-messages.js";

// The entry of the drawing thread: nothing imports it, and loading it is its work.
const draw = createDraw();
parentPort?.on("message", (order: ThreadOrder) => {
  const answer = answerTo(order);
  parentPort?.postMessage(answer, answer.type === "drawn" ? [answer.png.buffer] : []);
});
parentPort?.postMessage({ type: "ready" } satisfies ThreadAnswer);

function answerTo({ id, task }: ThreadOrder): Exclude<ThreadAnswer, { readonly type: "ready" }> {
  try {
    return { type: "drawn", id, png: draw(task) };
  } catch (error) {
    return { type: "failed", id, message: String(error) };
  }
}
