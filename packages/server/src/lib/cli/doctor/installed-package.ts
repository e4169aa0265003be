import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Manifest, readManifest } from "./project.js";

/** A package as Node finds it from a folder. */
export interface InstalledPackage {
  readonly name: string;
  /** Without symbolic links. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Finds a package in the `node_modules` of a folder and of those above it; `null` if it is not installed. */
export async function findPackage(name: string, from: string): Promise<InstalledPackage | null> {
  const candidate = join(from, "node_modules", name);
  const manifest = await readManifest(candidate);
  if (manifest !== null) return { name, folder: await realpath(candidate), manifest };
  const parent = dirname(from);
  return parent === from ? null : findPackage(name, parent);
}
