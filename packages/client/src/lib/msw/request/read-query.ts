import { type GenerationStatus, generationStatuses } from "../../contract/generation.js";
import { maxWaitSeconds } from "../../contract/limits.js";
import type { MockOwner } from "../state/mock-owner.js";
import type { MockState } from "../state/mock-state.js";
import type { MockPosition, MockRequest } from "./mock-request.js";
import { invalidInput, Refusal } from "./refusal.js";

const defaultLimit = 20;
const maxLimit = 100;

/** Maximum time to hold the request, in milliseconds. @throws {Refusal} invalid_input */
export function readWaitMs(request: MockRequest): number {
  return Math.min(readNumber(request, "wait") ?? 0, maxWaitSeconds) * 1_000;
}

/**
 * Position to continue from; `null` without `after`.
 *
 * @param current replaces an absent owner or timeline.
 * @throws {Refusal} invalid_input
 */
export function readPosition(request: MockRequest, current: Omit<MockPosition, "sequence">): MockPosition | null {
  const { query } = request;
  const sequence = readNumber(request, "after");
  const orphan = sequence === null && ["owner", "timeline"].find((name) => query.has(name));
  if (orphan) throw invalidInput("Is valid only with `after`.", [orphan]);
  if (sequence === null) return null;
  return {
    sequence,
    ownerTag: query.get("owner") ?? current.ownerTag,
    timeline: query.get("timeline") ?? current.timeline,
  };
}

/** Filter by group; `null` for no filter. @throws {Refusal} invalid_input */
export function readGroupId({ query }: MockRequest): string | null {
  const id = query.get("groupId");
  if (id === null || /^grp_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  throw invalidInput("Must be the id of a group.", ["groupId"]);
}

/** Filter by status; `null` for no filter. @throws {Refusal} invalid_input */
export function readStatus({ query }: MockRequest): GenerationStatus | null {
  const text = query.get("status");
  if (text === null) return null;
  const status = generationStatuses.find((one) => one === text);
  if (status === undefined) throw invalidInput("Unknown status.", ["status"]);
  return status;
}

/**
 * Reads one page of a list. A cursor contains the id of the previous page's last row, so it stays valid while rows are
 * added and removed.
 *
 * @param options.idOf sort key of a row, in descending order.
 * @throws {Refusal} invalid_input
 */
export function readPage<Row>(
  request: MockRequest,
  { rows, idOf }: { readonly rows: readonly Row[]; readonly idOf: (row: Row) => string },
): { readonly rows: readonly Row[]; readonly nextCursor: string | null } {
  const limit = readNumber(request, "limit") ?? defaultLimit;
  if (limit < 1 || limit > maxLimit) throw invalidInput(`Must be a whole number from 1 to ${maxLimit}.`, ["limit"]);
  const cursorId = readCursor(request);
  const rest = cursorId === null ? rows : rows.filter((row) => isOlder(idOf(row), cursorId));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, nextCursor: rest.length > page.length && last !== undefined ? `after:${idOf(last)}` : null };
}

function readCursor({ query }: MockRequest): string | null {
  const cursor = query.get("cursor");
  if (cursor === null) return null;
  const [, id = null] = /^after:([\w-]+)$/.exec(cursor) ?? [];
  if (id === null) throw invalidInput("Invalid cursor: pass nextCursor of an earlier response.", ["cursor"]);
  return id;
}

/** Compares ids of one kind: numbers of any length, or strings of equal length. */
function isOlder(id: string, other: string): boolean {
  return id.length === other.length ? id < other : id.length < other.length;
}

function readNumber({ query }: MockRequest, name: string): number | null {
  const text = query.get(name);
  if (text === null) return null;
  if (!/^\d{1,15}$/.test(text)) throw invalidInput("Must be a whole number, 0 or more.", [name]);
  return Number(text);
}

/** The requested parts of a generation. @throws {Refusal} invalid_input */
export function readInclude({ query }: MockRequest): readonly string[] {
  const parts = query.get("include")?.split(",") ?? [];
  if (parts.every((part) => part === "attempts" || part === "timeline")) return parts;
  throw invalidInput("Invalid option.", ["include"]);
}

/** The gallery of a request. @throws {Refusal} invalid_input, and forbidden without a team */
export function readGallery({ owner, caller }: MockState, { query }: MockRequest): MockOwner {
  const of = query.get("of") ?? "own";
  if (of !== "own" && of !== "team") throw invalidInput("Invalid option.", ["of"]);
  const gallery = of === "own" ? caller : owner?.team;
  if (!gallery) throw new Refusal("forbidden", { detail: "You are in no team." });
  return gallery;
}

/** The current gallery of a held request; `null` if the owner has signed out or left the team. */
export function galleryNow({ owner }: MockState, { query }: MockRequest): MockOwner | null {
  return query.get("of") === "team" ? (owner?.team ?? null) : owner;
}
