import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { z } from "zod";
import type { HandoverLinks } from "./handover-links.ts";
import { isLoopback } from "./network-address.ts";
import { otherPersonOf, type Person, personOf } from "./person.ts";
import { newVisitorId, switchVisitor } from "./visitor-cookie.ts";

/** Response of `POST /handover`. */
export interface HandoverResponse {
  readonly url: string;
  /**
   * Devices that can open the link. `anywhere`: all that can open the page. `network`: those on the same network. `machine`:
   * only this machine, which has no network.
   */
  readonly reach: "anywhere" | "network" | "machine";
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** The largest body holds one token. */
const maxBodyBytes = 1_024;

const redeemBody = z.object({ token: z.string().min(1).max(100) });

/** Response of `GET /person`. */
export interface PersonResponse {
  readonly person: Person;
}

/** Response of `POST /top-up`. */
export interface TopUpResponse {
  /** Credits after the top-up. */
  readonly balance: number;
}

/** Dependencies of the visitor routes. */
export interface VisitorRoutesOptions {
  readonly links: HandoverLinks;
  /** Address of this machine on its network; `null` when other machines cannot connect. */
  readonly networkAddress: () => string | null;
  /** Grants credits once per key; `null` if the demo grants none. */
  readonly topUp: ((visitorId: string, key: string) => Promise<TopUpResponse>) | null;
}

/** Routes of a visitor: handover to another device, a new visitor, the other person of the team, top-up. */
export function visitorRoutes({ links, networkAddress, topUp }: VisitorRoutesOptions): Hono {
  const routes = new Hono();
  routes.use(csrf(), bodyLimit({ maxSize: maxBodyBytes }));
  routes.use(async (context, next) => {
    await next();
    context.header("Cache-Control", "no-store");
  });

  routes.post("/handover", async (context) => {
    const { token, expiresAt } = await links.create(context.var.visitorId);
    const response: HandoverResponse = {
      // The token is in the fragment: it appears in no log, and a link preview does not consume it.
      ...withReach(new URL(`/continue#${token}`, context.req.url), networkAddress()),
      expiresAt: new Date(expiresAt).toISOString(),
    };
    return context.json(response, 201);
  });

  routes.post("/handover/redeem", async (context) => {
    const body = redeemBody.safeParse(await context.req.json().catch(() => null));
    const visitorId = body.success ? await links.redeem(body.data.token) : null;
    if (visitorId === null) return context.json({ detail: "This link was used already, or it is too old." }, 410);
    switchVisitor(context, visitorId);
    return context.body(null, 204);
  });

  routes.post("/start-over", (context) => {
    switchVisitor(context, newVisitorId());
    return context.body(null, 204);
  });

  routes.get("/person", (context) =>
    context.json({ person: personOf(context.var.visitorId) } satisfies PersonResponse),
  );

  routes.post("/switch-person", (context) => {
    switchVisitor(context, otherPersonOf(context.var.visitorId));
    return context.body(null, 204);
  });

  routes.post("/top-up", async (context) => {
    if (topUp === null) return context.json({ detail: "This demo grants no credits." }, 403);
    const key = context.req.header("Idempotency-Key") ?? "";
    if (!/^[\x21-\x7e]{1,200}$/.test(key)) return context.json({ detail: "Send an Idempotency-Key." }, 400);
    return context.json(await topUp(context.var.visitorId, key));
  });

  return routes;
}

/** On another device, a loopback address would point to that device: replaces it by the network address. */
function withReach(link: URL, networkAddress: string | null): Pick<HandoverResponse, "url" | "reach"> {
  if (!isLoopback(link.hostname)) return { url: link.href, reach: "anywhere" };
  if (networkAddress === null) return { url: link.href, reach: "machine" };
  link.hostname = networkAddress;
  return { url: link.href, reach: "network" };
}
