import assert from "node:assert/strict";
import { test } from "node:test";
import { SettingsError } from "./environment.ts";
import { parseSettings } from "./settings.ts";

test("an empty environment yields the documented defaults", () => {
  assert.deepEqual(parseSettings({}, "/demo"), {
    port: 3000,
    host: null,
    role: "all",
    database: { kind: "file", path: "/demo/.data/demo.db" },
    filePrefix: "/demo/.data/demo.db",
    storageFolder: "/demo/.data/media",
    grant: 100,
    stepMs: 400,
    offersMedia: false,
    secret: null,
    publicUrl: null,
    vendors: {
      fal: null,
      replicate: null,
      openai: null,
      google: null,
      bfl: null,
      stability: null,
      cloudflare: null,
      comfyui: null,
    },
  });
});

test("DEMO_DB accepts every form of a file: URL, and resolves a relative path in the demo's folder", () => {
  for (const url of ["file:/tmp/a b.db", "file:///tmp/a b.db", "file:///tmp/a%20b.db", "file://localhost/tmp/a b.db"]) {
    assert.deepEqual(parseSettings({ DEMO_DB: url }, "/demo").database, { kind: "file", path: "/tmp/a b.db" });
  }
  assert.equal(parseSettings({ DEMO_DB: "file:mine.db" }, "/demo").filePrefix, "/demo/mine.db");
  assert.equal(parseSettings({ DEMO_DB: "file:/tmp/x/a.db" }, "/demo").storageFolder, "/tmp/x/media");
});

test("DATABASE_URL selects Postgres, and DEMO_DATA the folder of the other files", () => {
  const url = "postgres://demo:secret@db.example.com/demo";
  const settings = parseSettings({ DATABASE_URL: url }, "/demo");
  assert.deepEqual(settings.database, { kind: "postgres", url, redisUrl: null });
  assert.equal(settings.filePrefix, "/demo/.data/demo");
  assert.equal(settings.storageFolder, "/demo/.data/media");
  const redisUrl = "rediss://cache.example.com";
  const shared = parseSettings({ DATABASE_URL: url, REDIS_URL: redisUrl, DEMO_DATA: "/srv/demo" }, "/demo");
  assert.deepEqual(shared.database, { kind: "postgres", url, redisUrl });
  assert.equal(shared.storageFolder, "/srv/demo/media");
  assert.equal(parseSettings({ DEMO_DATA: "/srv/demo" }, "/demo").filePrefix, "/srv/demo/demo.db");
});

test("DATABASE_URL and DEMO_DB are refused together", () => {
  const environment = { DATABASE_URL: "postgres://localhost/demo", DEMO_DB: "file:demo.db" };
  assert.throws(() => parseSettings(environment, "/demo"), /DATABASE_URL and DEMO_DB are both set/);
});

test("an error about a URL does not repeat its password", () => {
  for (const environment of [
    { DATABASE_URL: "mysql://demo:hunter2@localhost/demo" },
    { DATABASE_URL: "postgres://localhost/demo", REDIS_URL: "http://:hunter2@localhost" },
  ]) {
    assert.throws(
      () => parseSettings(environment, "/demo"),
      (error) => error instanceof SettingsError && !error.message.includes("hunter2"),
    );
  }
});

test("an error about an invalid variable names the variable", () => {
  for (const [name, value] of [
    ["PORT", "web"],
    ["PORT", "70000"],
    ["DEMO_DB", "libsql://example.com"],
    ["DEMO_DB", "file:a.db?mode=ro"],
    ["DEMO_DB", "postgres://localhost/demo"],
    ["DATABASE_URL", "file:demo.db"],
    ["DATABASE_URL", "mysql://localhost/demo"],
    ["DATABASE_URL", "localhost:5432"],
    ["REDIS_URL", "localhost:6379"],
    ["REDIS_URL", "redis://localhost"],
    ["DEMO_GRANT", "-1"],
    ["DEMO_STEP_MS", "0"],
    ["DEMO_ROLE", "king"],
    ["DEMO_SECRET", "fifteen letters"],
    ["DEMO_PUBLIC_URL", "demo.example.com"],
    ["DEMO_PUBLIC_URL", "https://example.com/demo"],
  ] as const) {
    assert.throws(
      () => parseSettings({ [name]: value }, "/demo"),
      (error) => error instanceof SettingsError && error.message.includes(name),
      `${name}=${value}`,
    );
  }
});

test("DEMO_PUBLIC_URL accepts an origin with or without a trailing slash", () => {
  for (const url of ["https://demo.example.com", " https://demo.example.com/ "]) {
    assert.equal(parseSettings({ DEMO_PUBLIC_URL: url }, "/demo").publicUrl, "https://demo.example.com");
  }
});

test("DEMO_SECRET accepts 16 characters", () => {
  assert.equal(parseSettings({ DEMO_SECRET: "sixteen letters!" }, "/demo").secret, "sixteen letters!");
});
