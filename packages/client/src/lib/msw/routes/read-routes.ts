import type { CreditsResponse } from "../../contract/credits.js";
import { isTerminalStatus } from "../../contract/generation.js";
import {
  type GenerationResponse,
  type HistoryResponse,
  headerNames,
  type ModelsResponse,
} from "../../contract/wire.js";
import { matchesIfNoneMatch } from "../request/entity-tag.js";
import type { MockRequest } from "../request/mock-request.js";
import {
  galleryNow,
  readGallery,
  readGroupId,
  readInclude,
  readPage,
  readPosition,
  readStatus,
  readWaitMs,
} from "../request/read-query.js";
import { Refusal } from "../request/refusal.js";
import type { MockGeneration } from "../state/mock-generation.js";
import { attemptsOf, timelineOf } from "../state/mock-history.js";
import type { MockOwner } from "../state/mock-owner.js";
import type { MockState } from "../state/mock-state.js";
import { findGeneration } from "./find-generation.js";
import { pollAfterMs } from "./poll-pace.js";
import { readActive, readChanges } from "./read-active.js";

/** Routes that read. */
export const readRoutes = {
  async "GET /:id"(state: MockState, request: MockRequest): Promise<Response> {
    const waitMs = readWaitMs(request);
    const include = readInclude(request);
    const header = include.length > 0 ? null : request.headers.get("if-none-match");
    const isKnown = (generation: MockGeneration) => matchesIfNoneMatch(header, state.tagOf(generation));
    const before = findGeneration(readGallery(state, request), request.id);
    if (waitMs > 0 && isKnown(before) && !isTerminalStatus(before.status)) {
      const shouldWake = () => {
        const now = galleryNow(state, request)?.get(request.id);
        // A move in the queue does not end a wait.
        return now?.version !== before.version;
      };
      await state.held.hold({ waitMs, signal: request.signal, shouldWake });
    }
    const gallery = readGallery(state, request);
    const generation = findGeneration(gallery, request.id);
    const headers = {
      ...(include.length === 0 && { etag: `W/"${state.tagOf(generation)}"` }),
      [headerNames.pollAfterMs]: String(pollAfterMs([generation])),
    };
    if (isKnown(generation)) return new Response(null, { status: 304, headers });
    const wire = state.toWire(gallery, generation);
    const attempts = include.includes("attempts") && { attempts: attemptsOf(wire) };
    const timeline = include.includes("timeline") && { timeline: timelineOf(wire) };
    const body: GenerationResponse = { generation: { ...wire, ...attempts, ...timeline } };
    return Response.json(body, { headers });
  },

  async "GET /active"(state: MockState, request: MockRequest): Promise<Response> {
    const waitMs = readWaitMs(request);
    const scope = request.query.get("scope");
    const gallery = readGallery(state, request);
    const position = readPosition(request, { ownerTag: gallery.tag, timeline: state.timeline });
    if (position === null) return Response.json(readActive(state, { owner: gallery, scope }));
    const read = (owner: MockOwner) => readChanges(state, { owner, position, scope });
    const shouldWake = () => {
      const now = galleryNow(state, request);
      return now === null || read(now) !== null;
    };
    if (waitMs > 0) await state.held.hold({ waitMs, signal: request.signal, shouldWake });
    // The owner may have changed during the wait: respond for the current owner, so that the page detects it.
    const changes = read(readGallery(state, request));
    return changes === null ? new Response(null, { status: 204 }) : Response.json(changes);
  },

  "GET /"(state: MockState, request: MockRequest): Response {
    const owner = readGallery(state, request);
    const status = readStatus(request);
    const model = request.query.get("model");
    const scope = request.query.get("scope");
    const groupId = readGroupId(request);
    const matching = owner.generations.filter(
      (generation) =>
        (groupId === null || generation.groupId === groupId) &&
        (status === null || generation.status === status) &&
        (model === null || generation.model === model) &&
        (scope === null || generation.scope === scope),
    );
    const { rows, nextCursor } = readPage(request, { rows: matching, idOf: ({ id }) => id });
    const body: HistoryResponse = {
      generations: rows.map((generation) => state.toWire(owner, generation)),
      nextCursor,
      sequence: owner.sequence,
      ownerTag: owner.tag,
    };
    return Response.json(body);
  },

  "GET /credits"(state: MockState, request: MockRequest): Response {
    const { ledger, tag } = state.caller;
    if (!state.isBilled)
      throw new Refusal("not_found", { detail: "This server does not use credits (`credits: false`)." });
    const { rows, nextCursor } = readPage(request, { rows: ledger.entries, idOf: ({ id }) => id });
    const body: CreditsResponse = { balance: ledger.balance, entries: rows, nextCursor, ownerTag: tag };
    return Response.json(body);
  },

  "GET /models"(state: MockState): Response {
    const models = [...state.settings.models].map(([id, { kind = "image", credits = 0, retired = false }]) => ({
      id,
      kind,
      credits: state.isBilled && typeof credits === "number" ? credits : null,
      retired,
    }));
    const body: ModelsResponse = { models };
    return Response.json(body);
  },

  "GET /health": (): Response => Response.json({ status: "ok" }),
};
