import type { Context } from "hono";
import type { Caller } from "../model/define-model.js";
import { requireCaller } from "../service/caller.js";
import type { RouterEnv, RouterOptions } from "./router-context.js";

/**
 * Asks the host who calls.
 *
 * @throws {ServiceError} unauthenticated
 */
export async function identifyCaller(
  c: Context<RouterEnv>,
  { identify }: Pick<RouterOptions, "identify">,
): Promise<Caller> {
  const request = c.req.raw;
  const { host } = c.env;
  const caller = await identify({ headers: request.headers, request, ...(host !== undefined && { context: host }) });
  return requireCaller(caller);
}
