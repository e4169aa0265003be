import { Hono } from "hono";
import { formOf, newId, wireError } from "./wire.ts";

export interface Customers {
  /** Ids by idempotency key. */
  readonly byKey: Map<string, string>;
  readonly deleted: Set<string>;
}

export function customerRoutes({ byKey, deleted }: Customers): Hono {
  return new Hono()
    .post("/customers", (c) => {
      const key = c.req.header("idempotency-key") ?? newId("key");
      const id = byKey.get(key) ?? newId("cus");
      byKey.set(key, id);
      return c.json({ id, object: "customer" });
    })
    .delete("/customers/:id", (c) => {
      const id = c.req.param("id");
      if (deleted.has(id)) return c.json(...wireError(404, "resource_missing"));
      deleted.add(id);
      return c.json({ id, object: "customer", deleted: true });
    })
    .post("/billing_portal/sessions", async (c) => {
      const query = new URLSearchParams({ return_url: (await formOf(c)).get("return_url") ?? "" });
      const url = `${new URL(c.req.url).origin}/portal?${query}`;
      return c.json({ id: newId("bps"), object: "billing_portal.session", url });
    });
}
