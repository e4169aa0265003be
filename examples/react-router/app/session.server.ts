import { createCookieSessionStorage, redirect } from "react-router";

// Replace this file by your sign-in: `userOf` then returns the user's id of its session.
const secret = process.env.SESSION_SECRET;
if (!secret && process.env.NODE_ENV === "production") {
  throw new Error("Set SESSION_SECRET to the output of `openssl rand -hex 32`.");
}

export const sessions = createCookieSessionStorage<{ userId: string }>({
  cookie: {
    name: "session",
    secrets: [secret ?? "only for development"],
    httpOnly: true,
    sameSite: "lax",
    path: "/",
    maxAge: 30 * 86_400,
    // Set it behind https.
    secure: process.env.SESSION_SECURE === "true",
  },
});

/** The id of the signed-in user; `null` when signed out. */
export async function userOf(headers: Headers): Promise<string | null> {
  const session = await sessions.getSession(headers.get("cookie"));
  return session.get("userId") ?? null;
}

/** The id of the signed-in user. Otherwise it leads to the page of the sign-in. */
export async function requireUser({ headers }: Request): Promise<string> {
  const userId = await userOf(headers);
  if (userId === null) throw redirect("/sign-in");
  return userId;
}
