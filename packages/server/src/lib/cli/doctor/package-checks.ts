import { satisfies } from "compare-versions";
import { type Finding, finding } from "./finding.js";
import { findPackage, type InstalledPackage } from "./installed-package.js";
import { dependenciesOf, type Project } from "./project.js";

const ownNames = ["@safelight/server", "@safelight/client", "@safelight/react", "@safelight/demo-provider"];

/** Two copies of these have separate state: an error class, a React context, a cache. */
const singletons = ["@safelight/client", "@safelight/server", "@tanstack/react-query", "react", "hono"];

/** The optional peers that an entry of the server needs. `pg` is one of several clients of the store on Postgres. */
const peersOfEntries: Readonly<Record<string, string>> = {
  "@safelight/server/libsql": "libsql",
  "@safelight/server/libsql-client": "@libsql/client",
  "@safelight/server/s3": "aws4fetch",
  "@safelight/server/node": "@hono/node-server",
  "@safelight/server/otel": "@opentelemetry/api",
  "@safelight/server/schema": "drizzle-orm",
  "@safelight/server/postgres/schema": "drizzle-orm",
};

/** Checks that the packages are installed once, in one version, with the peers that they need. */
export async function checkPackages({ folder, manifest, sources }: Project): Promise<readonly Finding[]> {
  const imported = ownNames.filter((name) =>
    sources.some(({ text }) => importsOf(text).some((path) => path.startsWith(name))),
  );
  const names = ownNames.filter((name) => imported.includes(name) || manifest.dependencies?.[name] !== undefined);
  const found = await Promise.all(names.map((name) => findPackage(name, folder)));
  const installed = found.filter((entry) => entry !== null);
  const missing = names.filter((_, index) => found[index] === null);
  const entries = new Set(sources.flatMap(({ text }) => importsOf(text)));
  return [
    ...(missing.length === 0
      ? []
      : [
          finding("packages-missing", {
            message: `${missing.join(", ")} is not installed.`,
            fix: "Run the install of your package manager.",
          }),
        ]),
    ...checkVersions(installed),
    ...(await checkPeers(installed, folder)),
    ...(await checkEntryPeers(entries, folder)),
    ...(await checkCopies(installed, { folder, own: new Set([...Object.keys(dependenciesOf(manifest)), ...entries]) })),
  ];
}

function checkVersions(installed: readonly InstalledPackage[]): readonly Finding[] {
  const versions = new Set(installed.map(({ manifest }) => manifest.version));
  if (versions.size <= 1) return [];
  const list = installed.map(({ manifest, name }) => `${name} ${manifest.version}`).join(", ");
  return [
    finding("packages-differ", { message: `The versions differ: ${list}.`, fix: "Install the same version of each." }),
  ];
}

async function checkPeers(installed: readonly InstalledPackage[], folder: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { folder: own, manifest, name } of installed) {
    for (const [peer, range] of Object.entries(manifest.peerDependencies ?? {})) {
      if (ownNames.includes(peer)) continue;
      const found = (await findPackage(peer, own)) ?? (await findPackage(peer, folder));
      const isOptional = manifest.peerDependenciesMeta?.[peer]?.optional === true;
      const version = found?.manifest.version;
      if (version === undefined) {
        if (!isOptional) findings.push(missingPeer(peer, name));
      } else if (!isInRange(version, range)) {
        const message = `${name} needs ${peer} ${range}; ${version} is installed.`;
        findings.push(finding("peer-version", { message, fix: `Install ${peer}@"${range}".` }));
      }
    }
  }
  return findings;
}

/** Pre-releases of an accepted version are accepted, as package managers do for `>=` of an earlier one. */
function isInRange(version: string, range: string): boolean {
  try {
    return satisfies(version.replace(/[-+].*$/, ""), range);
  } catch {
    // A protocol such as `workspace:`, which is no range of versions.
    return true;
  }
}

async function checkEntryPeers(entries: ReadonlySet<string>, folder: string): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [entry, peer] of Object.entries(peersOfEntries)) {
    if (entries.has(entry) && (await findPackage(peer, folder)) === null) findings.push(missingPeer(peer, entry));
  }
  return findings;
}

function missingPeer(peer: string, by: string): Finding {
  return finding("peer-missing", { message: `${by} needs ${peer}, which is not installed.`, fix: `Install ${peer}.` });
}

/** @param project.own the packages that the project itself uses: another one may be in a folder above it. */
async function checkCopies(
  installed: readonly InstalledPackage[],
  { folder, own }: { readonly folder: string; readonly own: ReadonlySet<string> },
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const query = await findPackage("@tanstack/react-query", folder);
  const importers = [...installed, ...(query === null ? [] : [query])];
  for (const name of singletons) {
    const users = importers.filter(({ manifest: { dependencies, peerDependencies } }) => {
      return dependencies?.[name] !== undefined || peerDependencies?.[name] !== undefined;
    });
    const copies = await Promise.all(
      [...(own.has(name) ? [folder] : []), ...users.map((user) => user.folder)].map((from) => findPackage(name, from)),
    );
    const folders = new Set(copies.flatMap((copy) => (copy === null ? [] : [copy.folder])));
    if (folders.size <= 1) continue;
    const message = `There are ${folders.size} copies of ${name}: ${[...folders].join(", ")}.`;
    const fix = "Install one version, and deduplicate with your package manager.";
    findings.push(finding("several-copies", { message, fix }));
  }
  return findings;
}

/** The packages that a source imports, types included. */
export function importsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)["']([^"'\n]+)["']/g)].map(
    ([, path = ""]) => path,
  );
}
