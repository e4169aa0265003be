import type { GenerationResponse } from "@safelight/client/contract";
import { createFactory } from "hono/factory";
import { cancelInTeam, deleteInTeam } from "../../service/change/act-in-team.js";
import { cancelGeneration } from "../../service/change/cancel-generation.js";
import { cancelGroup } from "../../service/change/cancel-group.js";
import { deleteGeneration } from "../../service/change/delete-generation.js";
import { markSeen } from "../../service/change/mark-seen.js";
import { claimNotices, confirmNotices } from "../../service/change/notices.js";
import { type JsonLimits, parseJsonBody, readJsonBytes } from "../request/json-body.js";
import type { JsonResponse } from "../request/json-response.js";
import type { ListSlots } from "../request/list-slots.js";
import { type RouterEnv, type RouterOptions, responseContext } from "../request/router-context.js";
import { validQuery } from "../request/valid-query.js";
import { claimNoticesBody, confirmNoticesBody, galleryQuery, seenBody } from "../routes/request-schemas.js";
import type { Handlers } from "./handlers.js";

const { createHandlers } = createFactory<RouterEnv>();

/** Handlers of an owner's changes to existing generations. All are idempotent. */
export function changeHandlers(
  { service }: RouterOptions,
  { lists, jsonResponse, ...limits }: JsonLimits & { readonly lists: ListSlots; readonly jsonResponse: JsonResponse },
): Pick<Handlers, "cancel" | "cancelGroup" | "seen" | "claimNotices" | "confirmNotices" | "remove"> {
  // Separate constants: with a contextual type, the compiler loses the type of the validated query.
  const cancel = createHandlers(validQuery(galleryQuery), async (c) => {
    const { of } = c.req.valid("query");
    // The body is not used, but a content type that a form can send cross-origin is refused as on every route.
    await readJsonBytes(c, limits);
    const query = { caller: c.var.caller, id: c.req.param("id") ?? "" };
    const cancelIn = of === "team" ? cancelInTeam : cancelGeneration;
    const body: GenerationResponse = { generation: await cancelIn(c.var.service, query) };
    return jsonResponse(c, { body });
  });
  const remove = createHandlers(validQuery(galleryQuery), async (c) => {
    const query = { caller: c.var.caller, id: c.req.param("id") ?? "" };
    const removeFrom = c.req.valid("query").of === "team" ? deleteInTeam : deleteGeneration;
    await removeFrom(c.var.service, query);
    return responseContext(c).body(null, 204);
  });
  return {
    cancel,
    cancelGroup: [
      async (c) => {
        await readJsonBytes(c, limits);
        const { caller } = c.var;
        const body = await cancelGroup(c.var.service, { caller, groupId: c.req.param("groupId") ?? "" });
        return jsonResponse(c, { body });
      },
    ],
    seen: [
      async (c) => {
        const { ids } = parseJsonBody(await readJsonBytes(c, limits), seenBody);
        await markSeen(service, { caller: c.var.caller, ids });
        return responseContext(c).json({}, 200);
      },
    ],
    claimNotices: [
      async (c) => {
        const { claim } = parseJsonBody(await readJsonBytes(c, limits), claimNoticesBody);
        const body = await lists.of(c)(() => claimNotices(service, { caller: c.var.caller, claim }));
        return jsonResponse(c, { body });
      },
    ],
    confirmNotices: [
      async (c) => {
        const notices = parseJsonBody(await readJsonBytes(c, limits), confirmNoticesBody);
        await confirmNotices(service, { caller: c.var.caller, ...notices });
        return responseContext(c).body(null, 204);
      },
    ],
    remove,
  };
}
