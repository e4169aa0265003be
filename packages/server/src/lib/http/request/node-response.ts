import type { Context } from "hono";
import { imitatesNode } from "./imitates-node.js";
import type { RouterEnv } from "./router-context.js";

/** The used part of a response of Node. It emits `close` once it was handed to the system, or its connection has ended. */
export interface NodeResponse {
  /** Without an error, an HTTP/2 stream would end as if it was complete. */
  destroy(error: Error): unknown;
  once(event: "close", listener: () => void): unknown;
}

/** The response of Node's http server; `null` in other runtimes, and if the host did not pass it. */
export function nodeResponseOf({ env: { outgoing } }: Context<RouterEnv>): NodeResponse | null {
  return imitatesNode() || !isNodeResponse(outgoing) ? null : outgoing;
}

function isNodeResponse(value: object | undefined): value is NodeResponse {
  return value !== undefined && ["once", "destroy"].every((name) => typeof Reflect.get(value, name) === "function");
}

/**
 * Whether the connection of a response, or its HTTP/2 stream, has ended. A response of HTTP/2 has no `destroyed`, but a
 * `stream`, which has.
 */
export function isDestroyed(response: object): boolean {
  if ("destroyed" in response) return response.destroyed === true;
  const stream: unknown = Reflect.get(response, "stream");
  return typeof stream === "object" && stream !== null && "destroyed" in stream && stream.destroyed === true;
}

/** Cuts a body whose head may have been sent: its client sees a broken response. */
export type CutBody = (controller: ReadableStreamDefaultController<Uint8Array>, error: Error) => void;

/** On Node, the response is destroyed: its adapter would print the error of a body with its stack, beside the logger. */
export function cutBodyOf(c: Context<RouterEnv>): CutBody {
  const outgoing = nodeResponseOf(c);
  return (controller, error) => {
    if (outgoing === null) controller.error(error);
    else outgoing.destroy(error);
  };
}
