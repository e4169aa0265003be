import { and, eq, gte, sql } from "drizzle-orm";
import { drizzle as drizzleLibsql } from "drizzle-orm/libsql";
import { drizzle as drizzlePostgres } from "drizzle-orm/node-postgres";
import { integer, PgDialect, pgTable, text, uuid } from "drizzle-orm/pg-core";
import * as sqlite from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import { toStatementText } from "./host-query.js";

const credits = sql.placeholder("credits");
const accountId = sql.placeholder("accountId");

describe("toStatementText", () => {
  it("leaves text as it is", () => {
    const text = "UPDATE users SET credits = credits + :credits WHERE id = :accountId AND note <> '?'";
    expect(toStatementText(text, "credits.give")).toBe(text);
  });

  it("converts an update of drizzle for SQLite, with its constants", () => {
    const users = sqlite.sqliteTable("users", {
      id: sqlite.text(),
      credits: sqlite.integer(),
      kind: sqlite.text(),
    });
    const update = drizzleLibsql
      .mock()
      .update(users)
      .set({ credits: sql`${users.credits} - ${credits}` })
      .where(and(eq(users.id, accountId), gte(users.credits, credits), eq(users.kind, "Ada's ?")));
    expect(toStatementText(update, "credits.take")).toBe(
      `update "users" set "credits" = "users"."credits" - :credits where ("users"."id" = :accountId` +
        ` and "users"."credits" >= :credits and "users"."kind" = 'Ada''s ?')`,
    );
  });

  it("converts an update of drizzle for Postgres", () => {
    const users = pgTable("users", { id: uuid(), credits: integer(), note: text() });
    const update = drizzlePostgres
      .mock()
      .update(users)
      .set({ credits: sql`${users.credits} + ${credits}`, note: null })
      .where(sql`${users.id} = ${accountId}::uuid AND ${users.credits} < ${7}`);
    expect(toStatementText(update, "credits.give")).toBe(
      `update "users" set "credits" = "users"."credits" + :credits, "note" = NULL where "users"."id" = :accountId::uuid` +
        ` AND "users"."credits" < 7`,
    );
  });

  it("converts a template of a dialect", () => {
    const template = sql`UPDATE users SET credits = credits + ${credits}, paid = ${true} WHERE "a?" <> '$9' AND id = ${accountId}`;
    const text = `UPDATE users SET credits = credits + :credits, paid = true WHERE "a?" <> '$9' AND id = :accountId`;
    expect(toStatementText(new PgDialect().sqlToQuery(template), "credits.give")).toBe(text);
    expect(toStatementText(new sqlite.SQLiteSyncDialect().sqlToQuery(template), "credits.give")).toBe(text);
  });

  it("refuses a value without a literal, and a placeholder without a value", () => {
    const query = { sql: "UPDATE users SET credits = ? WHERE id = ?", params: [new Date(0), accountId] };
    expect(() => toStatementText(query, "credits.give")).toThrow("credits.give has a value that is not a text");
    const short = { ...query, params: [Number.NaN] };
    expect(() => toStatementText(short, "credits.give")).toThrow("is not a text, number or boolean");
    expect(() => toStatementText({ ...query, params: [credits] }, "credits.give")).toThrow(
      "no value for its placeholder ?",
    );
  });
});
