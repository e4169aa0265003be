import type { MiddlewareHandler } from "hono";
import { ServiceError } from "../../service/errors/service-error.js";
import { type RouterEnv, type RouterOptions, responseContext } from "../request/router-context.js";
import type { Handlers } from "./handlers.js";

/** Handlers for the scheduler or the job engine of a host. */
export function workerHandlers({
  advance,
  service,
  tick,
  tickSecret,
}: RouterOptions): Pick<Handlers, "tick" | "advance"> {
  const requireSecret: MiddlewareHandler<RouterEnv> = async (c, next) => {
    const [, token = ""] = /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
    if (!(await service.keyRing.isSecret(token, tickSecret))) {
      throw new ServiceError("unauthenticated", "Send the tick secret as a bearer token.");
    }
    await next();
  };
  return {
    tick: [requireSecret, async (c) => responseContext(c).json({ advanced: await tick() }, 200)],
    advance: [requireSecret, async (c) => responseContext(c).json(await advance(c.req.param("id") ?? ""), 200)],
  };
}
