import type { Context, MiddlewareHandler } from "hono";
import { type RouterEnv, type RouterOptions, replyOf, type WaitUntil } from "./router-context.js";

/**
 * In request mode, has the worker work while a request is answered and, where the host lets it, after. Without
 * `waitUntil` nothing runs after an answer: then whoever looks waits for the step, and whoever submits does not.
 */
export function attendRequest({ attend }: Pick<RouterOptions, "attend">): MiddlewareHandler<RouterEnv> {
  return async (c, next) => {
    const waitUntil = attend === null ? null : waitUntilOf(c);
    if (attend === null || (waitUntil === null && c.req.method !== "GET")) return next();
    const leave = attend();
    try {
      await next();
    } finally {
      const left = leave();
      if (waitUntil === null) await left;
      else waitUntil(left);
    }
  };
}

/** `null` where the host has no such thing. */
function waitUntilOf(c: Context<RouterEnv>): WaitUntil | null {
  const { waitUntil } = c.env;
  if (waitUntil !== undefined) return waitUntil;
  try {
    const { executionCtx } = replyOf(c);
    return (promise) => executionCtx.waitUntil(promise);
  } catch {
    // Hono throws where the host has none.
    return null;
  }
}
