/** The used part of a response of Node. It emits `close` once it was handed to the system, or its connection has ended. */
export interface NodeResponse {
  destroy(): unknown;
  once(event: "close", listener: () => void): unknown;
}

export function isNodeResponse(value: object | undefined): value is NodeResponse {
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
