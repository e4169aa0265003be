import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { Binaries } from "../../packages/server/test/start-postgres.js";

const require = createRequire(import.meta.url);

/** The major releases that are installed: the packages have builds for Linux on x64 only. */
export const releases = ["14", "16", "18"].filter((release) => {
  try {
    return require.resolve(`postgres-${release}`) !== "";
  } catch {
    return false;
  }
});

/** The programs of a major release. */
export function findRelease(release: string): Promise<Binaries> {
  return import(pathToFileURL(require.resolve(`postgres-${release}`)).href);
}
