import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openDatabase } from "./open-database.ts";
import { composeSafelight } from "./safelight.ts";
import { parseSettings } from "./settings.ts";

test("submit and retry refuse an input with an unknown field", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "safelight-demo-input-"));
  const settings = parseSettings({ DEMO_DB: `file:${join(folder, "demo.db")}` }, folder);
  const database = openDatabase(settings.database);
  const { api, close } = composeSafelight({ settings, secret: "a secret of these tests", database });
  context.after(async () => {
    await close();
    await rm(folder, { recursive: true });
  });
  const ann = { ownerId: "ann" };
  const { generation } = await api.submit(ann, "demo", { prompt: "Dunes" });
  const input = { prompt: "Dunes", note: "x" };
  await assert.rejects(api.submit(ann, "demo", input), { code: "invalid_input" });
  await assert.rejects(api.retry(ann, generation.id, { input: { note: "x" } }), { code: "invalid_input" });
});
