import { createHmac, timingSafeEqual } from "node:crypto";

// Replace this file by your sign-in: `userOf` then returns the user's id of its session.
const cookieName = "session";
const secret = process.env.SESSION_SECRET;
if (!secret && process.env.NODE_ENV === "production") {
  throw new Error("Set SESSION_SECRET to the output of `openssl rand -hex 32`.");
}

/** The id of the signed-in user; `null` when signed out. */
export function userOf(headers: Headers): string | null {
  const cookie = new RegExp(`(?:^|;\\s*)${cookieName}=([^;]*)`).exec(headers.get("cookie") ?? "")?.[1];
  const [id = "", signature = ""] = cookie?.split(".") ?? [];
  const given = Buffer.from(signature);
  const expected = Buffer.from(signatureOf(id));
  return given.length === expected.length && timingSafeEqual(given, expected) ? id : null;
}

/** The header `set-cookie` of a sign-in, or with `null` of a sign-out. Add `Secure` behind https. */
export function cookieOf(userId: string | null): string {
  const value = userId === null ? "" : `${userId}.${signatureOf(userId)}`;
  return `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${userId === null ? 0 : 30 * 86_400}`;
}

function signatureOf(id: string): string {
  return createHmac("sha256", secret ?? "only for development")
    .update(id)
    .digest("base64url");
}
