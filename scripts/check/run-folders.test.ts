import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { tempFolder } from "../../packages/server/testing/temp-folder.ts";
import { createRunFolders } from "./run-folders.ts";

afterEach(() => void vi.unstubAllEnvs());

it("lists the files that a check left behind, except those of other programs, and removes everything", async () => {
  const parent = await tempFolder("run-folders");
  vi.stubEnv("TMPDIR", parent);
  const folders = createRunFolders();
  expect(folders.leftovers()).toEqual([]);
  mkdirSync(join(folders.disk, "safelight-host-a"));
  mkdirSync(join(folders.memory, "safelight-vitest-b", "files"), { recursive: true });
  mkdirSync(join(folders.disk, "org.chromium.Chromium.c"));
  expect(folders.leftovers()).toEqual(["safelight-host-a", "safelight-vitest-b"]);
  folders.remove();
  expect(readdirSync(parent)).toEqual([]);
  expect(existsSync(folders.memory)).toBe(false);
});
