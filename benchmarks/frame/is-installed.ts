import { existsSync } from "node:fs";
import type { Absent } from "./compare.ts";

const peersFolder = new URL("../peers/", import.meta.url);

/** Why a script of peers cannot run. */
export const notInstalled: Absent = { absent: "the peers are not installed" };

/**
 * Whether what lies at a place finds what it imports: all but what lies in the folder of the peers, whose packages are
 * installed apart and may be missing. pnpm writes down what it has installed when it is done.
 */
export function isInstalled(place: URL, peers: URL = peersFolder): boolean {
  return !place.href.startsWith(peers.href) || existsSync(new URL("node_modules/.modules.yaml", peers));
}
