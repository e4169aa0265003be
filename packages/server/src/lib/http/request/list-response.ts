import type { Context } from "hono";
import type { Clock } from "../../ports/clock.js";
import { isDestroyed, nodeResponseOf } from "./node-response.js";
import { type RouterEnv, responseContext } from "./router-context.js";
import type { UnreadResponses } from "./unread-responses.js";

/** Max time until Node has sent a list, in milliseconds: 26 KiB/s for the largest list. */
const maxSendMs = 120_000;
/** Added to the size of each list, in bytes: the approximate memory of one open response. */
const overheadBytes = 16_384;

/** Creates the response of a list as JSON. */
export type ListResponse = (c: Context<RouterEnv>, list: object) => Response;

/**
 * Counts lists as unread until Node has sent them. Other runtimes do not report that.
 *
 * @param options.untilSent `false` in request mode: there a response waits for a step of the worker, which can take
 *   minutes.
 */
export function createListResponse({
  clock,
  unread,
  untilSent,
}: {
  readonly clock: Pick<Clock, "setTimer">;
  readonly unread: UnreadResponses;
  readonly untilSent: boolean;
}): ListResponse {
  const holdUntilSent = (c: Context<RouterEnv>, byteLength: number): void => {
    const outgoing = untilSent ? nodeResponseOf(c) : null;
    if (outgoing === null || isDestroyed(outgoing)) return;
    const close = (): void => {
      end();
      outgoing.destroy(new Error("The client did not read the list."));
    };
    const response = unread.add({ size: byteLength + overheadBytes, close });
    const cancelTimer = clock.setTimer(maxSendMs, close);
    const end = (): void => {
      cancelTimer();
      response.end();
    };
    outgoing.once("close", end);
  };

  return (c, list) => {
    const body = new TextEncoder().encode(JSON.stringify(list));
    holdUntilSent(c, body.byteLength);
    return responseContext(c).body(body, 200, { "Content-Type": "application/json" });
  };
}
