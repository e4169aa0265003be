import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryFolder } from "./memory-folder.ts";

/** Temporary folders of one run of the check, which nothing else uses. */
export interface RunFolders {
  readonly disk: string;
  /** On the disk too, if the machine offers too little memory. */
  readonly memory: string;
  /** Files and folders of this project that are still in them. */
  leftovers(): readonly string[];
  remove(): void;
}

/** Creates both folders. */
export function createRunFolders(): RunFolders {
  const disk = mkdtempSync(join(tmpdir(), "safelight-check-"));
  const memory = mkdtempSync(join(memoryFolder(), "safelight-check-"));
  return {
    disk,
    memory,
    // Other names are files of a browser or package manager.
    leftovers: () =>
      [disk, memory].flatMap((folder) => readdirSync(folder).filter((name) => name.startsWith("safelight-"))),
    remove: () => {
      for (const folder of [disk, memory]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
