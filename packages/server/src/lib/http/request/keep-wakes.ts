import type { MiddlewareHandler } from "hono";
import type { RouterEnv, RouterOptions } from "./router-context.js";
import { waitUntilOf } from "./work-during-request.js";

/**
 * Gives the request a service whose wakes and reports outlive the response: the host's `waitUntil` waits until an engine
 * has accepted the wakes, and telemetry has the reports. In request mode without `waitUntil`, the response waits for them, since
 * the host may freeze the process after it.
 */
export function keepWakes({
  beginRequest,
  service,
}: Pick<RouterOptions, "beginRequest" | "service">): MiddlewareHandler<RouterEnv> {
  return async (c, next) => {
    const sent: Promise<unknown>[] = [];
    const enqueue: typeof service.dispatcher.enqueue = (wake) => {
      const promise = service.dispatcher.enqueue(wake);
      if (promise instanceof Promise) sent.push(promise);
    };
    const ended = (id: string) => {
      const reported = service.reporter?.ended(id) ?? Promise.resolve();
      sent.push(reported);
      return reported;
    };
    const reporter = service.reporter && { ...service.reporter, ended };
    c.set("service", { ...service, dispatcher: { enqueue }, reporter });
    await next();
    if (sent.length === 0) return;
    const waitUntil = waitUntilOf(c, service.logger);
    if (waitUntil !== null) waitUntil(Promise.all(sent));
    else if (beginRequest !== null) await Promise.all(sent);
  };
}
