import { networkInterfaces } from "node:os";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { z } from "zod";
import type { HandoverLinks } from "./handover-links.ts";
import { becomeVisitor, newVisitorId } from "./visitor.ts";

/** Answer of `POST /handover`. */
export interface HandoverResponse {
  /** For another browser that reaches the same address as this one. */
  readonly url: string;
  /** The same for a phone on the same network; `null` when `url` is right for it already, or there is no network. */
  readonly networkUrl: string | null;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** A token is the longest that is sent here. */
const mostBodyBytes = 1_024;

const redeemBody = z.object({ token: z.string().min(1).max(100) });

/** What concerns the visitor: the link to another device, and starting over. */
export function visitorRoutes(links: HandoverLinks): Hono {
  const routes = new Hono();
  routes.use(csrf(), bodyLimit({ maxSize: mostBodyBytes }));
  routes.use(async (context, next) => {
    await next();
    context.header("Cache-Control", "no-store");
  });

  routes.post("/handover", async (context) => {
    const { token, expiresAt } = await links.create(context.var.visitorId);
    const origin = new URL(context.req.url);
    const answer: HandoverResponse = {
      url: linkAt(origin, token),
      networkUrl: networkLink(origin, token),
      expiresAt: new Date(expiresAt).toISOString(),
    };
    return context.json(answer, 201);
  });

  routes.post("/handover/redeem", async (context) => {
    const body = redeemBody.safeParse(await context.req.json().catch(() => null));
    const visitorId = body.success ? await links.redeem(body.data.token) : null;
    if (visitorId === null) return context.json({ detail: "This link was used already, or it is too old." }, 410);
    becomeVisitor(context, visitorId);
    return context.body(null, 204);
  });

  routes.post("/start-over", (context) => {
    becomeVisitor(context, newVisitorId());
    return context.body(null, 204);
  });

  return routes;
}

/** The token rides in the fragment: it reaches no log, and what only previews a link does not use it up. */
function linkAt(origin: URL, token: string): string {
  return new URL(`/continue#${token}`, origin).href;
}

function networkLink(origin: URL, token: string): string | null {
  if (!["localhost", "127.0.0.1", "[::1]"].includes(origin.hostname)) return null;
  const address = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal)?.address;
  if (address === undefined) return null;
  const reachable = new URL(origin);
  reachable.hostname = address;
  return linkAt(reachable, token);
}
