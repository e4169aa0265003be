import { mkdtempSync, rmSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileSpool } from "../src/lib/copier/spool/file-spool.js";
import { SpoolFolder } from "../src/lib/copier/spool/spool-folder.js";
import type { Spool } from "../src/lib/ports/body-spool.js";

/** A spool in a temporary folder that a test can inspect. */
export interface ScratchSpool {
  readonly spool: Spool;
  /** Contains the spool's folder. */
  readonly parent: string;
  /** Paths of all files and folders in `parent`. */
  left(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

/** Creates a spool in the operating system's temporary folder. */
export async function scratchSpool(): Promise<ScratchSpool> {
  const parent = mkdtempSync(join(tmpdir(), "safelight-scratch-"));
  return {
    spool: fileSpool(new SpoolFolder(parent, { now: Date.now })),
    parent,
    left: () => readdir(parent, { recursive: true }),
    remove: async () => rmSync(parent, { recursive: true }),
  };
}
