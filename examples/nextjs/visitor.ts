import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

// A host has users and sessions already, and puts them here: `visitorOf` is then "the user of this request's session",
// and `proxy.ts` is not needed. This example has no sign-in: each browser is a visitor, known by a signed cookie.

/** The name of the cookie. */
export const visitorCookie = "visitor";

/** A cookie of somebody who was never here: an id that nobody can guess, and its signature. */
export function newVisitorCookie(): string {
  const id = randomUUID();
  return `${id}.${signatureOf(id)}`;
}

/** Whose request it is; `null` where it has no cookie, or one that was not signed here. */
export function visitorOf(headers: Headers): string | null {
  const cookie = new RegExp(`(?:^|;\\s*)${visitorCookie}=([^;]*)`).exec(headers.get("cookie") ?? "")?.[1];
  const [id = "", signature = ""] = cookie?.split(".") ?? [];
  const given = Buffer.from(signature);
  const expected = Buffer.from(signatureOf(id));
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : null;
}

function signatureOf(id: string): string {
  const secret = process.env.VISITOR_SECRET ?? "";
  if (secret.length < 32) throw new Error("VISITOR_SECRET must have at least 32 characters: see the README");
  return createHmac("sha256", secret).update(id).digest("base64url");
}
