import { isTerminalStatus } from "../../contract/generation.js";
import type { GenerationResponse, GroupResponse, NoticesResponse } from "../../contract/wire.js";
import type { MockRequest } from "../request/mock-request.js";
import { readClaim, readIds, requireJson } from "../request/read-body.js";
import { readGallery } from "../request/read-query.js";
import { Refusal } from "../request/refusal.js";
import type { MockGeneration } from "../state/mock-generation.js";
import { cancellationOf } from "../state/mock-history.js";
import type { MockOwner } from "../state/mock-owner.js";
import type { MockState } from "../state/mock-state.js";
import { markSeen, requestCancel } from "./advance-generation.js";
import { findGeneration } from "./find-generation.js";
import { claimNotices, confirmNotices } from "./notices.js";

/** Routes that change an existing generation. All are idempotent. */
export const changeRoutes = {
  "POST /:id/cancel"(state: MockState, request: MockRequest): Response {
    const gallery = readGallery(state, request);
    requireJson(request);
    const before = findGeneration(gallery, request.id);
    const owner = requireSubmitter(state, before);
    requestCancel(owner, findGeneration(owner, request.id));
    const generation = state.toWire(gallery, findGeneration(gallery, request.id));
    const cancellation = cancellationOf(generation, isTerminalStatus(before.status));
    const body: GenerationResponse = { generation: { ...generation, cancellation } };
    return Response.json(body);
  },

  "POST /groups/:groupId/cancel"(state: MockState, request: MockRequest): Response {
    const owner = state.caller;
    requireJson(request);
    const ofGroup = owner.generations.filter(({ groupId }) => groupId === request.id).reverse();
    if (ofGroup.length === 0) throw new Refusal("not_found");
    const generations = ofGroup.map((before) => {
      const generation = state.toWire(owner, requestCancel(owner, before));
      return { ...generation, cancellation: cancellationOf(generation, isTerminalStatus(before.status)) };
    });
    const body: GroupResponse = { generations };
    return Response.json(body);
  },

  "DELETE /:id"(state: MockState, request: MockRequest): Response {
    const { id } = request;
    const gallery = readGallery(state, request);
    if (gallery === state.caller && gallery.deleted.has(id)) return new Response(null, { status: 204 });
    const generation = findGeneration(gallery, id);
    const owner = requireSubmitter(state, generation);
    if (!isTerminalStatus(generation.status)) throw new Refusal("not_terminal");
    owner.remove(id);
    return new Response(null, { status: 204 });
  },

  "POST /seen"(state: MockState, request: MockRequest): Response {
    const owner = state.caller;
    requireJson(request);
    for (const id of readIds(request)) {
      const generation = owner.get(id);
      if (generation !== undefined) markSeen(owner, generation);
    }
    return Response.json({});
  },

  "POST /notices/claim"(state: MockState, request: MockRequest): Response {
    const owner = state.caller;
    requireJson(request);
    const claimed = claimNotices(owner, readClaim(request));
    const body: NoticesResponse = { generations: claimed.map((generation) => state.toWire(owner, generation)) };
    return Response.json(body);
  },

  "POST /notices/confirm"(state: MockState, request: MockRequest): Response {
    const owner = state.caller;
    requireJson(request);
    confirmNotices(owner, { claim: readClaim(request), ids: readIds(request) });
    return new Response(null, { status: 204 });
  },
};

/** @throws {Refusal} forbidden for a generation of another member */
function requireSubmitter({ caller }: MockState, { submitterTag }: MockGeneration): MockOwner {
  if (submitterTag === caller.tag) return caller;
  throw new Refusal("forbidden", { detail: "Only its submitter may cancel or delete it." });
}
