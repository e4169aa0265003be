import type { Context, MiddlewareHandler } from "hono";
import { type RouterEnv, type RouterOptions, replyOf, type WaitUntil } from "./router-context.js";

/**
 * In request mode, works until the request is answered and, with the host's `waitUntil`, after that. Without it nothing
 * runs after a response: a GET waits for the step that it began, and a submit begins none.
 */
export function workDuringRequest({ beginRequest }: Pick<RouterOptions, "beginRequest">): MiddlewareHandler<RouterEnv> {
  return async (c, next) => {
    const waitUntil = beginRequest === null ? null : waitUntilOf(c);
    if (beginRequest === null || (waitUntil === null && c.req.method !== "GET")) return next();
    const endRequest = beginRequest();
    try {
      await next();
    } finally {
      const ended = endRequest();
      if (waitUntil === null) await ended;
      else waitUntil(ended);
    }
  };
}

/** `null` where the host has no such thing. */
export function waitUntilOf(c: Context<RouterEnv>): WaitUntil | null {
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
