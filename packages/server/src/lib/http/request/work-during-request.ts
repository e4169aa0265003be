import type { Context, MiddlewareHandler } from "hono";
import { errorText } from "../../ports/error-text.js";
import type { Logger } from "../../ports/logger.js";
import { type RouterEnv, type RouterOptions, responseContext, type WaitUntil } from "./router-context.js";

/**
 * In request mode, runs a worker during the request and, with the host's `waitUntil`, after the response. Without
 * `waitUntil`, nothing runs after a response: a GET waits for the steps that it started, those of other owners for 2
 * seconds at most unless they are paid, and other methods start none.
 */
export function workDuringRequest({
  beginRequest,
  service,
}: Pick<RouterOptions, "beginRequest" | "service">): MiddlewareHandler<RouterEnv> {
  return async (c, next) => {
    const waitUntil = beginRequest === null ? null : waitUntilOf(c, service.logger);
    if (beginRequest === null || (waitUntil === null && c.req.method !== "GET")) return next();
    const endRequest = beginRequest();
    try {
      await next();
    } finally {
      if (waitUntil === null) await endRequest({ responseTo: c.get("caller").ownerId });
      else waitUntil(endRequest());
    }
  };
}

/** `null` if the host has no `waitUntil`. It never throws or rejects, so that an accepted submit keeps its response. */
export function waitUntilOf(c: Context<RouterEnv>, logger: Logger): WaitUntil | null {
  const waitUntil = c.env.waitUntil ?? executionWaitUntilOf(c);
  if (waitUntil === null) return null;
  const warn = (error: unknown): void =>
    logger.warn("The host's waitUntil failed: work after the response may be cut off.", {
      event: "request.wait_until_failed",
      error: errorText(error),
    });
  return (promise) => {
    try {
      // An async `waitUntil` rejects instead, and an unhandled rejection ends the process.
      const returned: unknown = waitUntil(promise);
      Promise.resolve(returned).catch(warn);
    } catch (error) {
      warn(error);
    }
  };
}

function executionWaitUntilOf(c: Context<RouterEnv>): WaitUntil | null {
  try {
    const { executionCtx } = responseContext(c);
    return (promise) => executionCtx.waitUntil(promise);
  } catch {
    // Hono throws if the host has no execution context.
    return null;
  }
}
