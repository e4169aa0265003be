import { createHmac, timingSafeEqual } from "node:crypto";
import { env } from "node:process";

const secret = env.SESSION_SECRET ?? "";
// Here, so that the server does not start: a throw in `identify` would be a 500 of each request.
if (secret === "") throw new Error("Set SESSION_SECRET to the output of `openssl rand -hex 32`.");

const maxAgeSeconds = 30 * 86_400;
// Over http, browsers drop a `Secure` cookie of a LAN address, and some that of localhost.
const attributes = `Path=/; HttpOnly; SameSite=Lax${env.NODE_ENV === "production" ? "; Secure" : ""}`;

/** The `Set-Cookie` header of a sign-in; `null` signs out. */
export function cookieOf(userId: string | null): string {
  if (userId === null) return `session=; ${attributes}; Max-Age=0`;
  const until = Math.floor(Date.now() / 1_000) + maxAgeSeconds;
  const session = `${Buffer.from(userId).toString("base64url")}.${until}`;
  return `session=${session}.${signatureOf(session)}; ${attributes}; Max-Age=${maxAgeSeconds}`;
}

/** Pass it to `createSafelight` as `identify`. Routes of your own call it, too. */
export function identify({ headers }: { readonly headers: Pick<Headers, "get"> }): string | null {
  const cookie = /(?:^|; )session=([^;]+)/.exec(headers.get("cookie") ?? "")?.[1] ?? "";
  const [userId = "", until = "", signature = ""] = cookie.split(".");
  const [expected, sent] = [signatureOf(`${userId}.${until}`), signature].map((text) => Buffer.from(text));
  if (!expected || sent?.byteLength !== expected.byteLength || !timingSafeEqual(sent, expected)) return null;
  return Number(until) > Date.now() / 1_000 ? Buffer.from(userId, "base64url").toString() : null;
}

function signatureOf(session: string): string {
  return createHmac("sha256", secret).update(session).digest("base64url");
}
