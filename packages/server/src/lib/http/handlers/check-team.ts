import type { Context } from "hono";
import { noTeam } from "../../service/owners/gallery.js";
import { identifyCaller, toIdentifyRequest } from "../request/identify-caller.js";
import type { RouterEnv, RouterOptions } from "../request/router-context.js";

/**
 * Identifies the caller of a held request again, before it gets data of the team: the caller may have left it.
 *
 * @returns `"changed"` for a caller who has another team now. A refusal would make the client show the caller as signed out.
 * @throws {ServiceError} unauthenticated, unavailable; forbidden for a caller without a team
 */
export async function checkTeam(
  c: Context<RouterEnv>,
  options: Pick<RouterOptions, "identify" | "service">,
): Promise<"same" | "changed"> {
  const { ownerId, teamId } = c.var.caller;
  const caller = await identifyCaller(toIdentifyRequest(c), options);
  if (caller.teamId === undefined) throw noTeam();
  return caller.ownerId === ownerId && caller.teamId === teamId ? "same" : "changed";
}
