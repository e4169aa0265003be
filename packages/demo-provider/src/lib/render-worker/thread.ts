import { parentPort } from "node:worker_threads";
import { createRenderer } from "../image/render-task.js";
import type { RenderMessage, RenderRequest, RenderResponse } from "./render-messages.js";

// The entry of the render thread. No module imports it.
const render = createRenderer();
parentPort?.on("message", (request: RenderRequest) => {
  const response = responseTo(request);
  parentPort?.postMessage(response, response.type === "rendered" ? [response.png.buffer] : []);
});
parentPort?.postMessage({ type: "ready" } satisfies RenderMessage);

function responseTo({ id, task }: RenderRequest): RenderResponse {
  try {
    return { type: "rendered", id, png: render(task) };
  } catch (error) {
    return { type: "failed", id, message: String(error) };
  }
}
