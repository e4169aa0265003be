import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it, onTestFinished } from "vitest";
import { VendorFile } from "./vendor-file.js";

const openFiles = "/proc/self/fd";

it.skipIf(!existsSync(openFiles))("closes an idle file, and opens it again on the next use", async () => {
  const folder = await mkdtemp(join(tmpdir(), "safelight-vendor-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "vendor.db");
  const isOpen = () => readdirSync(openFiles).some((fd) => targetOf(fd) === path);
  const file = new VendorFile(path, 20);
  onTestFinished(() => file.close());
  expect(file.isVoided("token-1")).toBe(false);
  expect(isOpen()).toBe(true);
  await expect
    .poll(() => {
      collectGarbage();
      return isOpen();
    })
    .toBe(false);
  file.voidReference("token-1");
  expect(file.isVoided("token-1")).toBe(true);
});

/** A closed connection of the driver holds its file open until its statements are collected. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

/** `null` if the file was closed after it was listed. */
function targetOf(fd: string): string | null {
  try {
    return readlinkSync(join(openFiles, fd));
  } catch {
    return null;
  }
}
