import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { type CollectionProblem, collectionProblems } from "../collection-wire.ts";
import type { Auth } from "./auth.ts";
import { CollectionError, type Collections, type Member } from "./collections.ts";

const statuses = {
  unauthenticated: 401,
  not_found: 404,
  not_yours: 403,
  not_a_member: 403,
  not_completed: 409,
  full: 409,
  invalid: 400,
} as const satisfies Record<CollectionProblem, number>;

const maxBodyBytes = 4_096;

const organizationId = z.string().min(1).nullable();
const newCollection = z.strictObject({ name: z.string().trim().min(1).max(80), organizationId });
const sharing = z.strictObject({ organizationId });

/** The collections of the user of the session, as JSON. A refusal has `{ code, detail }`. */
export function collectionRoutes(collections: Collections, auth: Auth): Hono {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: maxBodyBytes }));
  app.onError((error, context) => {
    if (!(error instanceof CollectionError)) throw error;
    return context.json({ code: error.code, detail: collectionProblems[error.code] }, statuses[error.code]);
  });
  app.get("/", async (c) => c.json({ collections: await collections.list(await memberOf(c)) }));
  app.post("/", async (c) => {
    const member = await memberOf(c);
    return c.json({ collection: await collections.create(member, await read(c, newCollection)) }, 201);
  });
  app.get("/:id", async (c) => c.json(await collections.read(await memberOf(c), c.req.param("id"))));
  app.put("/:id/sharing", async (c) => {
    const member = await memberOf(c);
    await collections.share(member, { id: c.req.param("id"), ...(await read(c, sharing)) });
    return c.body(null, 204);
  });
  app.delete("/:id", async (c) => {
    await collections.delete(await memberOf(c), c.req.param("id"));
    return c.body(null, 204);
  });
  app.put("/:id/items/:generationId", async (c) => {
    await collections.add(await memberOf(c), c.req.param());
    return c.body(null, 204);
  });
  app.delete("/:id/items/:generationId", async (c) => {
    await collections.remove(await memberOf(c), c.req.param());
    return c.body(null, 204);
  });
  return app;

  /** Reads the memberships of now: a session keeps its organization after its user was removed. */
  async function memberOf({ req }: Context): Promise<Member> {
    const { headers } = req.raw;
    const session = await auth.api.getSession({ headers });
    if (session === null) throw new CollectionError("unauthenticated");
    const organizations = await auth.api.listOrganizations({ headers });
    return { userId: session.user.id, organizationIds: organizations.map(({ id }) => id) };
  }
}

/** A page of another site cannot send JSON with cookies. */
async function read<T>({ req }: Context, schema: z.ZodType<T>): Promise<T> {
  const isJson = req.header("content-type")?.startsWith("application/json") ?? false;
  const parsed = schema.safeParse(isJson ? await req.json().catch(() => null) : null);
  if (!parsed.success) throw new CollectionError("invalid");
  return parsed.data;
}
