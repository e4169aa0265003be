import type { Context } from "hono";
import { noTeam } from "../../service/owners/gallery.js";
import { identifyCaller, toIdentifyRequest } from "../request/identify-caller.js";
import type { RouterEnv, RouterOptions } from "../request/router-context.js";

/**
 * Identifies the caller of a held request again, before it gets data of the team: the caller may have left it.
 *
 * @throws {ServiceError} unauthenticated, unavailable; forbidden for another caller or team than before
 */
export async function requireMember(
  c: Context<RouterEnv>,
  options: Pick<RouterOptions, "identify" | "service">,
): Promise<void> {
  const { ownerId, teamId } = c.var.caller;
  const caller = await identifyCaller(toIdentifyRequest(c), options);
  if (caller.ownerId !== ownerId || caller.teamId !== teamId) throw noTeam();
}
