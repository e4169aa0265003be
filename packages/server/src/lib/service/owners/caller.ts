import { invalidTextReason } from "../../json/invalid-text-reason.js";
import type { Caller } from "../../model/define-model.js";
import { ServiceError } from "../errors/service-error.js";

/** The host's user: an opaque id, unique in the database, or the id and the paying account. `null` responds with 401. */
export type Identity = string | { readonly ownerId: string; readonly accountId?: string } | null;

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
  if (typeof identity === "string")
    return { ownerId: checkId(identity, "identify must return a non-empty id"), accountId: identity };
  if (typeof identity === "object" && "ownerId" in identity) return checkCaller(identity, "identify must return");
  throw new TypeError("identify must return a string, { ownerId, accountId? } or null");
}

/**
 * Checks the ids of a caller.
 *
 * @param rule start of the message, such as "identify must return".
 * @throws {TypeError} for an invalid id; the message does not contain the id.
 */
export function checkCaller(
  { ownerId, accountId = ownerId }: { readonly ownerId: unknown; readonly accountId?: unknown },
  rule: string,
): Caller {
  return {
    ownerId: checkId(ownerId, `${rule} a non-empty ownerId`),
    accountId: checkId(accountId, `${rule} a non-empty accountId`),
  };
}

/** @throws {ServiceError} unauthenticated */
export function requireCaller(caller: Caller | null): Caller {
  if (caller === null) throw new ServiceError("unauthenticated");
  return caller;
}

function checkId(id: unknown, rule: string): string {
  const isId = typeof id === "string" && id.length > 0 && id.length <= maxIdLength && invalidTextReason(id) === null;
  if (isId) return id;
  throw new TypeError(`${rule} of at most ${maxIdLength} well-formed characters`);
}
