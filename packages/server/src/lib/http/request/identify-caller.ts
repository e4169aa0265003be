import type { Context } from "hono";
import type { Caller } from "../../model/define-model.js";
import { fromHost } from "../../service/errors/from-host.js";
import { requireCaller } from "../../service/owners/caller.js";
import type { IdentifyRequest } from "./identify-request.js";
import type { RouterEnv, RouterOptions } from "./router-context.js";

/**
 * Identifies the caller with the host's `identify`, within a time limit.
 *
 * @throws {ServiceError} unauthenticated, unavailable
 */
export async function identifyCaller(
  request: IdentifyRequest,
  { identify, service: { clock } }: Pick<RouterOptions, "identify" | "service">,
): Promise<Caller> {
  return requireCaller(await fromHost({ clock, what: "identify" }, () => identify(request)));
}

/** The parts of a request that `identify` needs. Keep these rather than the Hono context, which is several kB larger. */
export function toIdentifyRequest(c: Context<RouterEnv>): IdentifyRequest {
  const request = c.req.raw;
  const { host, incoming } = c.env;
  return {
    headers: request.headers,
    request,
    ...(host !== undefined && { context: host }),
    ...(incoming !== undefined && { incoming }),
  };
}
