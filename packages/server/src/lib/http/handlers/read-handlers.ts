import { type GenerationResponse, headerNames, maxWaitSeconds } from "@safelight/client/contract";
import { createFactory } from "hono/factory";
import { listCredits } from "../../service/credits/list-credits.js";
import { notFound } from "../../service/errors/not-found.js";
import { galleryReaderOf } from "../../service/owners/gallery.js";
import { readParts } from "../../service/read/generation-history.js";
import { listActive } from "../../service/read/list-active.js";
import { listChanges } from "../../service/read/list-changes.js";
import { listGenerations } from "../../service/read/list-generations.js";
import { pollAfterMs } from "../../service/read/poll-pace.js";
import { awaitGeneration } from "../../service/read/read-generation.js";
import { toWireGeneration } from "../../service/wire/wire-generation.js";
import type { JsonResponse } from "../request/json-response.js";
import type { ListSlots } from "../request/list-slots.js";
import { type RouterEnv, type RouterOptions, responseContext } from "../request/router-context.js";
import { validQuery } from "../request/valid-query.js";
import { activeQuery, creditsQuery, historyQuery, statusQuery } from "../routes/request-schemas.js";
import { checkTeam } from "./check-team.js";
import { parseIfNoneMatch } from "./entity-tag.js";
import type { Handlers } from "./handlers.js";
import { holdOpen } from "./hold-open.js";

const { createHandlers } = createFactory<RouterEnv>();

/** Handlers of an owner's reads. */
export function readHandlers(
  options: RouterOptions,
  { lists, jsonResponse }: { readonly lists: ListSlots; readonly jsonResponse: JsonResponse },
): Pick<Handlers, "status" | "active" | "history" | "credits"> {
  const { service } = options;
  // Separate constants: with a contextual type, the compiler loses the type of the validated query.
  const status = createHandlers(validQuery(statusQuery), async (c) => {
    const { include = [], of, wait } = c.req.valid("query");
    // With parts, the response has no tag: webhooks and notices change the parts without a new version.
    const isKnown = include.length > 0 ? null : parseIfNoneMatch(c.req.header("if-none-match"));
    const { record, tag } = await awaitGeneration(service, {
      caller: galleryReaderOf(c.var.caller, of),
      id: c.req.param("id") ?? "",
      isKnown: isKnown ?? (() => false),
      waitMs: holdOpen(c, toWaitMs(wait)),
      signal: c.req.raw.signal,
    });
    if (of === "team" && wait !== undefined && (await checkTeam(c, options)) === "changed") throw notFound();
    const headers = {
      ...(include.length === 0 && { ETag: `W/"${tag}"` }),
      [headerNames.pollAfterMs]: String(pollAfterMs([record], service.clock.now())),
    };
    if (isKnown?.(tag) === true) return responseContext(c).body(null, 304, headers);
    const [generation, parts] = await Promise.all([
      toWireGeneration(service, record),
      readParts(service, { record, include }),
    ]);
    const body: GenerationResponse = { generation: { ...generation, ...parts } };
    return jsonResponse(c, { body, headers });
  });

  const active = createHandlers(validQuery(activeQuery), async (c) => {
    const { scope = null, of, after, owner, timeline, wait } = c.req.valid("query");
    const caller = galleryReaderOf(c.var.caller, of);
    const inSlot = lists.of(c);
    if (after === undefined) {
      return jsonResponse(c, { body: await inSlot(() => listActive(service, { caller, scope })) });
    }
    const position = { after, ownerTag: owner, timeline };
    const query = { ...position, scope, waitMs: holdOpen(c, toWaitMs(wait)), signal: c.req.raw.signal, inSlot };
    const changes = await listChanges(service, { caller, ...query });
    // Even without `wait`: the read may have waited for a replica, and the caller may have left the team in that time.
    const maySend = of !== "team" || (await checkTeam(c, options)) === "same";
    return changes === null || !maySend ? responseContext(c).body(null, 204) : jsonResponse(c, { body: changes });
  });

  const history = createHandlers(validQuery(historyQuery), async (c) => {
    const query = c.req.valid("query");
    const caller = galleryReaderOf(c.var.caller, query.of);
    return jsonResponse(c, {
      body: await lists.of(c)(() => listGenerations(service, { caller, query })),
    });
  });

  const credits = createHandlers(validQuery(creditsQuery), async (c) =>
    jsonResponse(c, { body: await listCredits(service, { caller: c.var.caller, query: c.req.valid("query") }) }),
  );

  return { status, active, history, credits };
}

/** A longer wait counts as the max: Bun accepts no idle timeout above 255 seconds. */
function toWaitMs(seconds = 0): number {
  return Math.min(seconds, maxWaitSeconds) * 1_000;
}
