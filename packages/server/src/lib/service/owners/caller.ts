import { invalidTextReason } from "../../json/invalid-text-reason.js";
import type { Caller } from "../../model/define-model.js";
import { ServiceError } from "../errors/service-error.js";

/** The host's user: an opaque id unique in the database, or the id and who pays. `null` answers 401. */
export type Identity = string | { readonly ownerId: string; readonly accountId?: string } | null;

const maxIdLength = 256;

/**
 * Who calls, from what the host's `identify` said.
 *
 * @returns `null` when nobody is signed in.
 * @throws {TypeError} when the host gave something else than an id; nothing of it is in the message.
 */
export function toCaller(identity: unknown): Caller | null {
  // A host without types may say `undefined` for "nobody", as in `session?.user.id`.
  if (identity === null || identity === undefined) return null;
  if (typeof identity === "string") return { ownerId: checkId(identity, "id"), accountId: identity };
  if (typeof identity === "object" && "ownerId" in identity) {
    const ownerId = checkId(identity.ownerId, "ownerId");
    const accountId = "accountId" in identity ? identity.accountId : undefined;
    return { ownerId, accountId: accountId === undefined ? ownerId : checkId(accountId, "accountId") };
  }
  throw new TypeError("identify must give a string, { ownerId, accountId? } or null");
}

/** @throws {ServiceError} unauthenticated */
export function requireCaller(caller: Caller | null): Caller {
  if (caller === null) throw new ServiceError("unauthenticated");
  return caller;
}

function checkId(id: unknown, name: string): string {
  const isId = typeof id === "string" && id.length > 0 && id.length <= maxIdLength && invalidTextReason(id) === null;
  if (isId) return id;
  throw new TypeError(`identify must give a non-empty ${name} of at most ${maxIdLength} well-formed characters`);
}
