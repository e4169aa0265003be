import { existsSync } from "node:fs";
import type { Absent } from "./compare.ts";

const peersFolder = new URL("../peers/", import.meta.url);

/** The outcome of a peer that is not installed. */
export const notInstalled: Absent = { absent: "the peers are not installed" };

/**
 * Whether the imports of a file resolve. Files of the peers need the peers' packages, which are installed separately. pnpm
 * writes its marker file at the end of an installation.
 */
export function isInstalled(url: URL, peers: URL = peersFolder): boolean {
  return !url.href.startsWith(peers.href) || existsSync(new URL("node_modules/.modules.yaml", peers));
}
