import assert from "node:assert/strict";
import { test } from "node:test";
import { SettingsError } from "./environment.ts";
import { parseSettings } from "./settings.ts";

test("an empty environment yields the documented defaults", () => {
  assert.deepEqual(parseSettings({}, "/demo"), {
    port: 3000,
    host: null,
    role: "all",
    databaseFile: "/demo/.data/demo.db",
    storageFolder: "/demo/.data/media",
    grant: 100,
    stepMs: 400,
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
    assert.equal(parseSettings({ DEMO_DB: url }, "/demo").databaseFile, "/tmp/a b.db");
  }
  assert.equal(parseSettings({ DEMO_DB: "file:mine.db" }, "/demo").databaseFile, "/demo/mine.db");
  assert.equal(parseSettings({ DEMO_DB: "file:/tmp/x/a.db" }, "/demo").storageFolder, "/tmp/x/media");
});

test("an error about an invalid variable names the variable", () => {
  for (const [name, value] of [
    ["PORT", "web"],
    ["PORT", "70000"],
    ["DEMO_DB", "libsql://example.com"],
    ["DEMO_DB", "file:a.db?mode=ro"],
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
