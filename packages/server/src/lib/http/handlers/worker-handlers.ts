import { ServiceError } from "../../service/errors/service-error.js";
import { type RouterOptions, responseContext } from "../request/router-context.js";
import type { Handlers } from "./handlers.js";

/** Handler of `POST /tick`, for the scheduler of a host without a long-lived process. */
export function workerHandlers({ service, tick, tickSecret }: RouterOptions): Pick<Handlers, "tick"> {
  return {
    tick: [
      async (c) => {
        const [, token = ""] = /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "") ?? [];
        if (!(await service.keyRing.isSecret(token, tickSecret))) {
          throw new ServiceError("unauthenticated", "Send the tick secret as a bearer token.");
        }
        return responseContext(c).json({ advanced: await tick() }, 200);
      },
    ],
  };
}
