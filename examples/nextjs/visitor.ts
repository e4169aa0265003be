import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

// A host uses its own users and sessions instead: `visitorOf` then returns the user of the request's session, and
// `proxy.ts` is not needed. This example has no sign-in: a signed cookie identifies each browser as a visitor.

/** The name of the cookie. */
export const visitorCookie = "visitor";

/** A cookie for a new visitor: a random id and its signature. */
export function newVisitorCookie(): string {
  const id = randomUUID();
  return `${id}.${signatureOf(id)}`;
}

/** The visitor's id; `null` without a cookie or with an invalid signature. */
export function visitorOf(headers: Headers): string | null {
  const cookie = new RegExp(`(?:^|;\\s*)${visitorCookie}=([^;]*)`).exec(headers.get("cookie") ?? "")?.[1];
  const [id = "", signature = ""] = cookie?.split(".") ?? [];
  const given = Buffer.from(signature);
  const expected = Buffer.from(signatureOf(id));
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : null;
}

function signatureOf(id: string): string {
  const secret = process.env.VISITOR_SECRET ?? "";
  if (secret.length < 32) throw new Error("VISITOR_SECRET must have at least 32 characters. See the README.");
  return createHmac("sha256", secret).update(id).digest("base64url");
}
