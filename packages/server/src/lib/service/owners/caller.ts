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
  if (typeof identity === "string") return { ownerId: checkId(identity, "id"), accountId: identity };
  if (typeof identity === "object" && "ownerId" in identity) {
    const ownerId = checkId(identity.ownerId, "ownerId");
    const accountId = "accountId" in identity ? identity.accountId : undefined;
    return { ownerId, accountId: accountId === undefined ? ownerId : checkId(accountId, "accountId") };
  }
  throw new TypeError("identify must return a string, { ownerId, accountId? } or null");
}

/** @throws {ServiceError} unauthenticated */
export function requireCaller(caller: Caller | null): Caller {
  if (caller === null) throw new ServiceError("unauthenticated");
  return caller;
}

function checkId(id: unknown, name: string): string {
  const isId = typeof id === "string" && id.length > 0 && id.length <= maxIdLength && invalidTextReason(id) === null;
  if (isId) return id;
  throw new TypeError(`identify must return a non-empty ${name} of at most ${maxIdLength} well-formed characters`);
}
