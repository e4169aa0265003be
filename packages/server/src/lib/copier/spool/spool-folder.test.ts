import { spawn } from "node:child_process";
import { once } from "node:events";
import { chown, lstat, mkdir, readdir, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type ScratchSpool, scratchSpool } from "../../../../testing/scratch-spool.js";
import { processNamespaceId } from "./process-namespace.js";
import { SpoolFolder } from "./spool-folder.js";

const dayMs = 86_400_000;

let scratch: ScratchSpool;
let parent: string;
beforeEach(async () => {
  scratch = await scratchSpool();
  ({ parent } = scratch);
});
afterEach(() => scratch.remove());

const agedBy = async (path: string, ms: number) => {
  const at = new Date(Date.now() - ms);
  await utimes(path, at, at);
};

/** A folder with one file, both of this age. */
async function abandonFolder(name: string, { folderMs = dayMs + 60_000, fileMs = dayMs + 60_000 } = {}): Promise<void> {
  await mkdir(join(parent, name));
  await writeFile(join(parent, name, "body"), "bytes");
  await agedBy(join(parent, name, "body"), fileMs);
  await agedBy(join(parent, name), folderMs);
}

/** Creates a file, as the next process does. Resolves to the other entries of the parent afterwards. */
async function createFileInNextProcess(): Promise<readonly string[]> {
  const folder = new SpoolFolder(parent, { now: Date.now });
  const { handle, path } = await folder.createFile();
  const names = await readdir(parent);
  await handle.close();
  await folder.removeFile(path);
  return names.filter((name) => name !== dirname(path).split("/").at(-1)).sort();
}

describe("SpoolFolder", () => {
  it("removes a folder of unknown origin after a day", async () => {
    await abandonFolder("safelight-spool-old");
    await abandonFolder("safelight-spool-young", { folderMs: dayMs - 60_000, fileMs: dayMs - 60_000 });
    await abandonFolder("safelight-spool-busy", { fileMs: 1_000 });
    // Just created, for a file that does not exist yet.
    await mkdir(join(parent, "safelight-spool-new"));
    await abandonFolder("another-program");
    await writeFile(join(parent, "safelight-spool-file"), "");
    await agedBy(join(parent, "safelight-spool-file"), 2 * dayMs);
    expect(await createFileInNextProcess()).toEqual([
      "another-program",
      "safelight-spool-busy",
      "safelight-spool-file",
      "safelight-spool-new",
      "safelight-spool-young",
    ]);
  });

  it("removes the folder of a dead process of this machine at once", async () => {
    const ended = spawn(process.execPath, ["-e", ""]);
    const waiting = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
    onTestFinished(() => void waiting.kill());
    await once(ended, "close");
    const namespaceId = await processNamespaceId();
    expect(namespaceId).toMatch(/^[0-9a-f]{16}$/);
    const young = { folderMs: 1_000, fileMs: 1_000 };
    await abandonFolder(`safelight-spool-${namespaceId}-${ended.pid}-abcdef`, young);
    const kept = [
      // A folder of another container.
      `safelight-spool-${"0".repeat(16)}-${ended.pid}-abcdef`,
      `safelight-spool-${namespaceId}-${process.pid}-abcdef`,
      `safelight-spool-${namespaceId}-${waiting.pid}-abcdef`,
      `safelight-spool-${namespaceId}-abcdef`,
    ];
    for (const name of kept) await abandonFolder(name, young);
    expect(await createFileInNextProcess()).toEqual([...kept].sort());
    for (const name of kept) await agedBy(join(parent, name, "body"), 2 * dayMs);
    for (const name of kept) await agedBy(join(parent, name), 2 * dayMs);
    expect(await createFileInNextProcess()).toEqual([]);
  });

  it.skipIf(process.geteuid?.() !== 0)("keeps a folder of another user with the same prefix", async () => {
    await abandonFolder("safelight-spool-old");
    await chown(join(parent, "safelight-spool-old"), 12_345, 12_345);
    expect(await createFileInNextProcess()).toEqual(["safelight-spool-old"]);
  });

  it("sweeps once", async () => {
    const folder = new SpoolFolder(parent, { now: Date.now });
    const first = await folder.createFile();
    await abandonFolder("safelight-spool-old");
    const second = await folder.createFile();
    expect(await readdir(parent)).toContain("safelight-spool-old");
    for (const { handle, path } of [first, second]) {
      await handle.close();
      await folder.removeFile(path);
    }
  });

  it("follows no symbolic link, neither as a folder nor inside one", async () => {
    const precious = join(parent, "precious");
    await mkdir(precious);
    await writeFile(join(precious, "file"), "keep me");
    await agedBy(join(precious, "file"), 2 * dayMs);
    await agedBy(precious, 2 * dayMs);
    await symlink(precious, join(parent, "safelight-spool-link"));
    await mkdir(join(parent, "safelight-spool-old"));
    for (const [target, name] of [
      [precious, "to-folder"],
      [join(precious, "file"), "to-file"],
    ] as const) {
      await symlink(target, join(parent, "safelight-spool-old", name));
    }
    await agedBy(join(parent, "safelight-spool-old"), 2 * dayMs);
    // The links are recent.
    expect(await createFileInNextProcess()).toContain("safelight-spool-old");

    const later = new SpoolFolder(parent, { now: () => Date.now() + 2 * dayMs });
    const { handle, path } = await later.createFile();
    await handle.close();
    await later.removeFile(path);
    expect((await readdir(parent)).sort()).toEqual(["precious", "safelight-spool-link"]);
    expect((await lstat(join(parent, "safelight-spool-link"))).isSymbolicLink()).toBe(true);
    expect(await readdir(precious)).toEqual(["file"]);
  });

  it("keeps a folder that contains a subfolder", async () => {
    await mkdir(join(parent, "safelight-spool-deep", "folder"), { recursive: true });
    for (const name of ["safelight-spool-deep/folder", "safelight-spool-deep"]) {
      await agedBy(join(parent, name), 2 * dayMs);
    }
    expect(await createFileInNextProcess()).toEqual(["safelight-spool-deep"]);
    expect((await stat(join(parent, "safelight-spool-deep", "folder"))).isDirectory()).toBe(true);
  });
});
