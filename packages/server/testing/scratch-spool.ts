import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileSpool } from "../src/lib/copier/spool/file-spool.js";
import type { Spool } from "../src/lib/copier/spool/spool.js";
import { SpoolFolder } from "../src/lib/copier/spool/spool-folder.js";

/** A spool with a folder of its own to look into. */
export interface ScratchSpool {
  readonly spool: Spool;
  /** In which its folder is made. */
  readonly parent: string;
  /** What lies in it, with the files of its folders. */
  left(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

/** Makes one in the folder for temporary files. */
export async function scratchSpool(): Promise<ScratchSpool> {
  const parent = await mkdtemp(join(tmpdir(), "safelight-scratch-"));
  return {
    spool: fileSpool(new SpoolFolder(parent, { now: Date.now })),
    parent,
    left: () => readdir(parent, { recursive: true }),
    remove: () => rm(parent, { recursive: true }),
  };
}
