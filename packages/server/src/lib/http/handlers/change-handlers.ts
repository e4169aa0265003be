import type { GenerationResponse } from "@safelight/client/contract";
import { cancelGeneration } from "../../service/change/cancel-generation.js";
import { cancelGroup } from "../../service/change/cancel-group.js";
import { deleteGeneration } from "../../service/change/delete-generation.js";
import { markSeen } from "../../service/change/mark-seen.js";
import { claimNotices, confirmNotices } from "../../service/change/notices.js";
import { type JsonLimits, parseJsonBody, readJsonBytes } from "../request/json-body.js";
import type { JsonResponse } from "../request/json-response.js";
import type { ListSlots } from "../request/list-slots.js";
import { type RouterOptions, responseContext } from "../request/router-context.js";
import { claimNoticesBody, confirmNoticesBody, seenBody } from "../routes/request-schemas.js";
import type { Handlers } from "./handlers.js";

/** Handlers of an owner's changes to existing generations. All are idempotent. */
export function changeHandlers(
  { service }: RouterOptions,
  { lists, jsonResponse, ...limits }: JsonLimits & { readonly lists: ListSlots; readonly jsonResponse: JsonResponse },
): Pick<Handlers, "cancel" | "cancelGroup" | "seen" | "claimNotices" | "confirmNotices" | "remove"> {
  return {
    cancel: [
      async (c) => {
        // The body is not used, but a content type that a form can send cross-origin is refused as on every route.
        await readJsonBytes(c, limits);
        const generation = await cancelGeneration(c.var.service, { caller: c.var.caller, id: c.req.param("id") ?? "" });
        const body: GenerationResponse = { generation };
        return jsonResponse(c, { body });
      },
    ],
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
    remove: [
      async (c) => {
        await deleteGeneration(c.var.service, { caller: c.var.caller, id: c.req.param("id") ?? "" });
        return responseContext(c).body(null, 204);
      },
    ],
  };
}
