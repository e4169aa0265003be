import { join } from "node:path";
import { createClient } from "@libsql/client";
import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/libsql";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { serveHost } from "../../submit/serve-host.ts";
import { submitRoute } from "../../submit/submit-route.ts";
import { initialBalance, ownerCount, ownerOf, price } from "../../submit/traffic.ts";

const users = sqliteTable("users", { id: text().primaryKey(), credits: integer().notNull() });

const generations = sqliteTable("generations", {
  id: text().primaryKey(),
  userId: text("user_id").notNull(),
  input: text({ mode: "json" }).notNull(),
  status: text().notNull(),
  createdAt: integer("created_at", { mode: "timestamp_ms" }).notNull(),
});

/**
 * Three statements without a transaction, as templates have them: neither a crash nor a double click is handled. The
 * default journal is SQLite's rollback journal; tuned, it is a write-ahead log, as Safelight's.
 */
serveHost(async ({ folder, isTuned }) => {
  const client = createClient({ url: `file:${join(folder, "template.db")}` });
  if (isTuned) await client.execute("PRAGMA journal_mode = WAL");
  await client.execute("PRAGMA synchronous = FULL");
  await client.executeMultiple(`
    CREATE TABLE users (id text PRIMARY KEY, credits integer NOT NULL);
    CREATE TABLE generations (id text PRIMARY KEY, user_id text NOT NULL, input text NOT NULL, status text NOT NULL,
      created_at integer NOT NULL);
    CREATE INDEX generations_of_user ON generations (user_id, created_at);`);
  const db = drizzle({ client });
  await db
    .insert(users)
    .values(Array.from({ length: ownerCount }, (_, index) => ({ id: ownerOf(index), credits: initialBalance })));

  const route = submitRoute(async ({ id, input, owner }) => {
    const [user] = await db.select({ credits: users.credits }).from(users).where(eq(users.id, owner));
    if (user === undefined || user.credits < price)
      throw new Error(`The balance of ${owner} is below ${price} credits.`);
    await db.insert(generations).values({ id, userId: owner, input, status: "pending", createdAt: new Date() });
    await db
      .update(users)
      .set({ credits: sql`${users.credits} - ${price}` })
      .where(eq(users.id, owner));
    return { balance: user.credits - price, sequence: null };
  });
  return {
    fetch: route.fetch,
    async readTotals() {
      const rows = await db.select().from(users);
      const balances = new Map(rows.map(({ credits, id }) => [id, credits]));
      const { rows: synchronous } = await client.execute("PRAGMA synchronous");
      return {
        submits: await db.$count(generations),
        balances: Array.from({ length: ownerCount }, (_, index) => balances.get(ownerOf(index)) ?? 0),
        faults: synchronous[0]?.synchronous === 2 ? [] : ["commits are not flushed to disk"],
      };
    },
  };
});
