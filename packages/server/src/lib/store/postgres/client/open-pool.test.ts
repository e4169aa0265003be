import { expect, it } from "vitest";
import { openPool } from "./open-pool.js";

const names = { schema: "public", prefix: "safelight_" };
const failureOf = async (url: string): Promise<string> => {
  const { pool } = await openPool(url, names).catch((error: Error) => ({ pool: error }));
  return pool instanceof Error ? pool.message : "connected";
};

it.each([
  ["postgres://ann:hush@127.0.0.1:1/app", "postgres://127.0.0.1:1/app"],
  ["postgres://ann@127.0.0.1:1/app?host=/nowhere&port=5433", "postgres://127.0.0.1:5433/app"],
  ["postgres:///app?host=/nowhere&port=5433", "postgres:///nowhere:5433/app"],
  ["postgres:///app?host=/nowhere&port=5432", "postgres:///nowhere/app"],
  ["postgres:///app?host=/nowhere", "postgres:///nowhere/app"],
])("names the database of %s in one way", async (url, label) => {
  expect(await failureOf(url)).toMatch(new RegExp(`^Could not connect to ${label}: `));
});

it.each(["postgres://ann:20/24@db/app", "postgres://ann:2024?hush@db/app", "postgres://ann:2024#hush@db/app"])(
  "refuses a password with a delimiter of URLs, without printing it: %s",
  async (url) => {
    const message = await failureOf(url);
    expect(message).toContain("Invalid URL of a Postgres database");
    expect(message).not.toMatch(/20|hush/);
  },
);
