import { teamOfGallery } from "../../generation/gallery-id.js";
import { invalidTextReason } from "../../json/invalid-text-reason.js";
import type { Caller } from "../../model/define-model.js";
import { ServiceError } from "../errors/service-error.js";

/**
 * The host's user: an opaque id, unique in the database, or the id, the paying account and the team whose gallery the
 * user sees. `null` responds with 401.
 */
export type Identity =
  | string
  | { readonly ownerId: string; readonly accountId?: string; readonly teamId?: string | null }
  | null;

const maxIdLength = 256;

/**
 * Parses the return value of the host's `identify`.
 *
 * @returns `null` when no user is signed in.
 * @throws {TypeError} for any other value; the message does not contain the value.
 */
export function toCaller(identity: unknown): Caller | null {
  // A host without types may return `undefined` for "not signed in", as in `session?.user.id`.
  if (identity === null || identity === undefined) return null;
  if (typeof identity === "string") {
    return { ownerId: checkOwnerId(identity, "identify must return a non-empty id"), accountId: identity };
  }
  if (typeof identity === "object" && "ownerId" in identity) return checkCaller(identity, "identify must return");
  throw new TypeError("identify must return a string, { ownerId, accountId?, teamId? } or null");
}

/**
 * Checks the ids of a caller.
 *
 * @param rule start of the message, such as "identify must return".
 * @throws {TypeError} for an invalid id; the message does not contain the id.
 */
export function checkCaller(
  {
    ownerId,
    accountId = ownerId,
    teamId = null,
  }: { readonly ownerId: unknown; readonly accountId?: unknown; readonly teamId?: unknown },
  rule: string,
): Caller {
  return {
    ownerId: checkOwnerId(ownerId, `${rule} a non-empty ownerId`),
    accountId: checkId(accountId, `${rule} a non-empty accountId`),
    ...(teamId !== null && { teamId: checkId(teamId, `${rule} a non-empty teamId, or none,`) }),
  };
}

/** @throws {ServiceError} unauthenticated */
export function requireCaller(caller: Caller | null): Caller {
  if (caller === null) throw new ServiceError("unauthenticated");
  return caller;
}

/** The id of a team's gallery is not an owner. */
function checkOwnerId(id: unknown, rule: string): string {
  const ownerId = checkId(id, rule);
  if (teamOfGallery(ownerId) === null) return ownerId;
  throw new TypeError(`${rule} that does not start with "team:"`);
}

function checkId(id: unknown, rule: string): string {
  const isId = typeof id === "string" && id.length > 0 && id.length <= maxIdLength && invalidTextReason(id) === null;
  if (isId) return id;
  throw new TypeError(`${rule} of at most ${maxIdLength} well-formed characters`);
}
