import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { expect, it } from "vitest";
import { clearedPostgres } from "../../../../../test/start-postgres.js";
import { functions } from "../commands/create-store.js";
import { postgresStore } from "../postgres-store.js";
import { withUsed } from "./define-function.js";
import type { Read } from "./define-read.js";
import { withNames } from "./names.js";
import { sqlTypes } from "./parameters.js";

const names = { schema: "public", prefix: "safelight_" };
const database = clearedPostgres();

it("creates each function", async () => {
  const client = await database();
  const refused: string[] = [];
  for (const { create, name } of withUsed(functions)) {
    await client.query(create(names)).catch((error: Error) => refused.push(`${name}: ${error.message}`));
  }
  expect(refused).toEqual([]);
});

it("puts schema and prefix into the key of each advisory lock", () => {
  const place = { schema: "tenant", prefix: "app_" };
  const texts = withUsed(functions).map(({ create }) => create(place));
  const keys = texts.flatMap((text) => [...text.matchAll(/hashtextextended\(([^)]*)\)/g)].map(([, key]) => key));
  expect(keys.length).toBeGreaterThan(4);
  expect(keys.filter((key) => !key?.startsWith(`'"tenant"."app_`))).toEqual([]);
});

it("checks that the row of each lock exists, or names the reason for no check", () => {
  const unchecked = withUsed(functions).flatMap(({ create, name }) => {
    const statements = create(names).split(";");
    return statements.flatMap((statement, index) => {
      // A command that locks a set, in the order of a column, reads the set again.
      if (!/FOR (NO KEY )?UPDATE(?! SKIP LOCKED)/.test(statement) || /ORDER BY|--/.test(statement)) return [];
      const later = statements.slice(index + 1);
      const row = / INTO (v_\w+)/.exec(statement)?.[1] ?? "v_none";
      const check = new RegExp(`${row}(\\.\\w+)? IS (NULL|DISTINCT)|coalesce\\(${row}\\.`);
      return later[0]?.includes("FOUND") || later.some((text) => check.test(text))
        ? []
        : [`${name}: ${statement.trim()}`];
    });
  });
  expect(unchecked).toEqual([]);
});

it("prepares each read", async () => {
  const client = await database();
  await postgresStore({ client }).migrate();
  const refused: string[] = [];
  const files = await readdir(new URL("../reads/", import.meta.url));
  const modules = await Promise.all(files.map((file) => import(`../reads/${basename(file, ".ts")}.ts`)));
  const reads = modules.flatMap((module) =>
    Object.values<Read<never> | readonly Read<never>[] | string>(module).flat(),
  );
  for (const read of reads) {
    // A column list, which is part of a read.
    if (typeof read === "string") continue;
    const types = Object.values(read.parameters).map((type) => sqlTypes[type]);
    const list = types.length === 0 ? "" : `(${types.join(", ")})`;
    await client
      .query(`PREPARE ${read.name}${list} AS ${withNames(read.text, names)}`)
      .catch((error: Error) => refused.push(`${read.name}: ${error.message}`));
  }
  expect(refused).toEqual([]);
});
