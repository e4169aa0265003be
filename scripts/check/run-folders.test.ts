import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { createRunFolders } from "./run-folders.ts";

const parent = mkdtempSync(join(tmpdir(), "safelight-run-folders-"));

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(parent, { recursive: true });
});

it("lists the files that a check left behind, except those of other programs, and removes everything", () => {
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
