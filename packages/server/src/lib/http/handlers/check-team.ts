import type { Context } from "hono";
import { noTeam } from "../../service/owners/gallery.js";
import { identifyCaller, toIdentifyRequest } from "../request/identify-caller.js";
import type { RouterEnv, RouterOptions } from "../request/router-context.js";

/**
 * Identifies the caller of a held request again, before it gets data of the team: the caller may have left it.
 *
 * @returns `false` for a caller who has another team now. A refusal would show as signed out: the next request reads that team.
 * @throws {ServiceError} unauthenticated, unavailable; forbidden without a team
 */
export async function isStillMember(
  c: Context<RouterEnv>,
  options: Pick<RouterOptions, "identify" | "service">,
): Promise<boolean> {
  const { ownerId, teamId } = c.var.caller;
  const caller = await identifyCaller(toIdentifyRequest(c), options);
  if (caller.teamId === undefined) throw noTeam();
  return caller.ownerId === ownerId && caller.teamId === teamId;
}
