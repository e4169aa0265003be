import { isTerminalStatus } from "../../contract/generation.js";
import { matchesIfNoneMatch } from "../request/entity-tag.js";
import type { MockRequest } from "../request/mock-request.js";
import { Refusal } from "../request/refusal.js";
import { tinyPng, tinyPngByteLength } from "../request/tiny-png.js";
import type { MockGeneration } from "../state/mock-generation.js";
import type { MockState } from "../state/mock-state.js";
import { isSigned } from "../state/signed-urls.js";
import { findGeneration } from "./find-generation.js";

/** Image bytes, for the owner and for any caller with an unexpired URL. Every output is the same image. */
export const mediaRoutes = {
  "GET /:id/outputs/:index"(state: MockState, request: MockRequest): Response {
    checkOutput(state, request);
    return imageResponse(request, `${request.id}-${request.index}`);
  },

  "GET /:id/outputs/:index/thumbnail"(state: MockState, request: MockRequest): Response {
    checkOutput(state, request);
    return imageResponse(request, `${request.id}-${request.index}-thumbnail`);
  },

  "GET /:id/preview"(state: MockState, request: MockRequest): Response {
    const { hasPreview, status } = findMedia(state, request);
    if (!hasPreview || isTerminalStatus(status)) throw new Refusal("not_found");
    return imageResponse(request, `${request.id}-preview`);
  },
};

function checkOutput(state: MockState, request: MockRequest): void {
  const { outputCount } = findMedia(state, request);
  const isIndex = /^(0|[1-9]\d*)$/.test(request.index) && Number(request.index) < outputCount;
  if (!isIndex) throw new Refusal("not_found");
}

function findMedia(state: MockState, { id, query }: MockRequest): MockGeneration {
  if (!isSigned(query)) return findGeneration(state.caller, id);
  const generation = state.ownerOf(id)?.get(id);
  if (generation === undefined) throw new Refusal("not_found");
  return generation;
}

function imageResponse({ headers, query }: MockRequest, name: string): Response {
  const facts = {
    "content-type": "image/png",
    "content-disposition": query.get("download") === "1" ? `attachment; filename="${name}.png"` : "inline",
    "content-security-policy": "default-src 'none'; sandbox",
    etag: '"tiny-png"',
  };
  if (matchesIfNoneMatch(headers.get("if-none-match"), "tiny-png"))
    return new Response(null, { status: 304, headers: facts });
  return new Response(tinyPng(), { headers: { ...facts, "content-length": String(tinyPngByteLength) } });
}
