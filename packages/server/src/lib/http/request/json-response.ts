import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Clock } from "../../ports/clock.js";
import { isDestroyed, nodeResponseOf } from "./node-response.js";
import { type RouterEnv, responseContext } from "./router-context.js";
import type { UnreadResponses } from "./unread-responses.js";

/** Max time until Node has sent a response, in milliseconds: 26 KiB/s for the largest list. */
const maxSendMs = 120_000;
/** Added to the size of each response, in bytes: the approximate memory of an open one. */
const overheadBytes = 16_384;

/** A JSON response. */
export interface JsonContent {
  readonly body: object;
  /** @default 200 */
  readonly status?: ContentfulStatusCode;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Creates a JSON response of any size. */
export type JsonResponse = (c: Context<RouterEnv>, content: JsonContent) => Response;

/**
 * Counts JSON responses as unread until Node has sent them. Other runtimes do not report that. Use it for each body whose
 * size depends on the client or the host: a client can request the largest one on many connections.
 *
 * @param options.untilSent `false` in request mode: there a response waits for a step of the worker, which can take
 *   minutes.
 */
export function createJsonResponse({
  clock,
  unread,
  untilSent,
}: {
  readonly clock: Pick<Clock, "setTimer">;
  readonly unread: UnreadResponses;
  readonly untilSent: boolean;
}): JsonResponse {
  const holdUntilSent = (c: Context<RouterEnv>, byteLength: number): void => {
    const outgoing = untilSent ? nodeResponseOf(c) : null;
    if (outgoing === null || isDestroyed(outgoing)) return;
    const close = (): void => {
      end();
      outgoing.destroy(new Error("The client did not read the response."));
    };
    const response = unread.add({ size: byteLength + overheadBytes, close });
    const cancelTimer = clock.setTimer(maxSendMs, close);
    const end = (): void => {
      cancelTimer();
      response.end();
    };
    outgoing.once("close", end);
  };

  return (c, { body, status = 200, headers = {} }) => {
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    holdUntilSent(c, bytes.byteLength);
    return responseContext(c).body(bytes, status, { "Content-Type": "application/json", ...headers });
  };
}
