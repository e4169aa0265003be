import { imitatesNode } from "../request/imitates-node.js";

/**
 * Max requests of one connection that wait for their turn. Each holds its headers in memory. Browsers and proxies do not
 * pipeline.
 */
const maxWaiting = 16;

/** The used part of a socket of Node. */
interface Connection {
  readonly destroyed: boolean;
  once(event: "close", listener: () => void): unknown;
  destroy(): unknown;
}

/** The used part of a response of Node. */
interface QueuedResponse {
  once(event: "socket", listener: () => void): unknown;
}

/** For each connection, the functions that end the waits of its requests. */
const waitingRequests = new WeakMap<Connection, Set<() => void>>();

/**
 * The turn of a pipelined request. Node emits all pipelined requests of an HTTP/1.1 connection at once, and buffers each
 * response behind an earlier one that the client has not read: 70 KB of requests can cost a gigabyte of responses. The
 * turn is when Node would send the response.
 *
 * Closes the connection when more than 16 requests wait.
 *
 * @param bindings those of `@hono/node-server`: `incoming` and `outgoing`. Other values are not pipelined.
 * @returns `null` when it is the request's turn, so that an ordinary request costs no promise. Otherwise resolves to whether
 *   the connection is still open.
 */
export function pipelinedTurn(bindings: unknown): Promise<boolean> | null {
  const queued = queuedResponseOf(bindings);
  if (queued === null) return null;
  const { connection, response } = queued;
  if (connection.destroyed) return Promise.resolve(false);
  const waiting = waitingOn(connection);
  if (waiting.size >= maxWaiting) {
    connection.destroy();
    return Promise.resolve(false);
  }
  return new Promise((resolve) => {
    const end = (): void => {
      waiting.delete(end);
      resolve(!connection.destroyed);
    };
    waiting.add(end);
    response.once("socket", end);
  });
}

/** One listener per connection: a listener per request would exceed the limit at which Node warns. */
function waitingOn(connection: Connection): Set<() => void> {
  const known = waitingRequests.get(connection);
  if (known !== undefined) return known;
  const waiting = new Set<() => void>();
  waitingRequests.set(connection, waiting);
  connection.once("close", () => {
    for (const end of waiting) end();
  });
  return waiting;
}

interface Queued {
  readonly connection: Connection;
  readonly response: QueuedResponse;
}

/** A host without types may pass any value, also an object whose getters throw. */
function queuedResponseOf(bindings: unknown): Queued | null {
  try {
    return imitatesNode() ? null : toQueued(bindings);
  } catch {
    return null;
  }
}

/** A response of Node that is queued behind another has no socket. HTTP/2 has streams instead, which do not wait. */
function toQueued(bindings: unknown): Queued | null {
  const { incoming, outgoing } = Object(bindings) as { readonly incoming?: unknown; readonly outgoing?: unknown };
  const { httpVersionMajor, socket: connection } = Object(incoming) as Partial<Record<string, unknown>>;
  const { destroyed, socket, writableEnded } = Object(outgoing) as Partial<Record<string, unknown>>;
  if (httpVersionMajor !== 1 || socket !== null || destroyed === true || writableEnded === true) return null;
  return isEmitter(connection) && isEmitter(outgoing)
    ? // Node's types: an HTTP/1.1 request has a socket, and its response emits `socket`.
      { connection: connection as unknown as Connection, response: outgoing as unknown as QueuedResponse }
    : null;
}

function isEmitter(value: unknown): value is { readonly once: unknown } {
  return typeof value === "object" && value !== null && "once" in value && typeof value.once === "function";
}
