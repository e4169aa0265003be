import { join } from "node:path";
import type { Absent } from "../compare.ts";
import { isInstalled, notInstalled } from "../is-installed.ts";
import { scratchFolder } from "../scratch-folder.ts";
import { type Child, startChild } from "./child.ts";

/** Where a host keeps its rows. */
export interface Ground {
  readonly url: string;
  /** Of the server that keeps them; `null` where the host itself does. */
  readonly pid: number | null;
  stop(): Promise<void>;
}

/** What is measured: a script on a ground of its own. */
export interface Site {
  readonly script: URL;
  readonly open: () => Promise<Ground | Absent>;
  readonly flags?: readonly string[];
}

/** A file on disk, in the process of the host. */
export async function openFile(): Promise<Ground> {
  const folder = await scratchFolder();
  return { url: `file:${join(folder.path, "safelight.db")}`, pid: null, stop: () => folder.remove() };
}

/**
 * Starts a ground and, on a core of its own, a host that answers to `start`; lets them go when they were measured.
 *
 * @param settings go to `start` beside the `url` of the ground.
 * @returns why not, where the script or its ground is not there.
 */
export async function withHost<Measured>(
  { flags = [], open, script }: Site,
  settings: Readonly<Record<string, unknown>>,
  measure: (host: Child, ground: Ground) => Promise<Measured>,
): Promise<Measured | Absent> {
  if (!isInstalled(script)) return notInstalled;
  const ground = await open();
  if ("absent" in ground) return ground;
  try {
    const host = await startChild(script, { core: 0, flags });
    try {
      await host.ask("start", { url: ground.url, ...settings });
      return await measure(host, ground);
    } finally {
      await host.stop();
    }
  } finally {
    await ground.stop();
  }
}
