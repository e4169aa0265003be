import { createAdmin } from "@safelight/server/admin";
import { Hono } from "hono";
import { getSignedCookie, setSignedCookie } from "hono/cookie";
import { deriveKey } from "./demo-secret.ts";
import { expiredLinkPage } from "./expired-link-page.ts";
import { type HandoverLinks, isLinkToken } from "./handover-links.ts";
import type { App } from "./safelight.ts";

const cookieName = "safelight_operator";
/** Lifetime of a session, in seconds. */
const maxAgeSeconds = 12 * 60 * 60;
/** Each operator of the demo, who opened the link in its output. A real host returns the address of a member of its staff. */
const operator = { actor: "demo operator", may: "everything" } as const;

/** The operator page at `/admin`. A one-time link signs a browser in; without it, each path is 404. */
export function operatorPage(options: {
  readonly safelight: App;
  readonly secret: string;
  readonly links: HandoverLinks;
  readonly now: () => number;
}): Hono {
  const { links, now, safelight } = options;
  const key = deriveKey(options.secret, "operator");
  const admin = createAdmin(safelight, {
    basePath: "/admin",
    title: "Safelight demo",
    authorize: async ({ context }) => {
      const expiresAt = context === undefined ? null : await getSignedCookie(context, key, cookieName);
      return Number(expiresAt) > now() ? operator : null;
    },
  });
  return new Hono()
    .get("/sign-in", async (context) => {
      const token = context.req.query("link") ?? "";
      // A link checker sends HEAD, which Hono routes as GET. It must not use up the link.
      if (context.req.method === "HEAD") return isLinkToken(token) ? context.body(null) : context.notFound();
      // A path without a link stays 404: it must not reveal that there is a page.
      if ((await links.redeem(token)) === null)
        return isLinkToken(token) ? expiredLinkPage(context) : context.notFound();
      await setSignedCookie(context, cookieName, String(now() + maxAgeSeconds * 1_000), key, {
        path: "/admin",
        httpOnly: true,
        sameSite: "Strict",
        secure: new URL(context.req.url).protocol === "https:",
        maxAge: maxAgeSeconds,
      });
      return context.redirect("/admin");
    })
    .route("/", admin.app);
}
