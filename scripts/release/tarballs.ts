import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../command.ts";

/** The folders of the published packages, in the order in which they depend on each other. */
export const packageFolders = ["client", "server", "react", "demo-provider"] as const;

/** A published package's folder, below `packages/`. */
export type PackageFolder = (typeof packageFolders)[number];

/** The folder of the packed packages. */
export const tarballFolder = join(root, "node_modules", ".cache", "safelight-tarballs");

/** The tarball of a package. */
export function tarballOf(folder: PackageFolder): string {
  return join(tarballFolder, `safelight-${folder}.tgz`);
}

/** The manifest of a package in the repository. */
export function manifestOf(folder: PackageFolder): Manifest {
  return JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8"));
}

/** The part of a manifest that the scripts read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly repository?: { readonly type: string; readonly url: string; readonly directory: string };
  readonly homepage?: string;
  readonly bugs?: string;
  readonly keywords?: readonly string[];
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports: Exports;
  readonly publishConfig: { readonly access?: string; readonly provenance?: boolean; readonly exports?: Exports };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** An exports map: a file, or files by condition, for each entry. */
export type Exports = Readonly<Record<string, string | Readonly<Record<string, string>>>>;
