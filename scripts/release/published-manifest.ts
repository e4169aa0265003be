import { projectLinks } from "./project-links.ts";
import { toPublishedExports } from "./publish-exports.ts";
import type { Manifest, PackageFolder } from "./tarballs.ts";

/** Keywords of one package, after the common ones. */
const keywords: Readonly<Record<PackageFolder, readonly string[]>> = {
  // TanStack Intent finds the packages with skills by this keyword.
  client: ["client", "long-polling", "server-sent-events", "tanstack-intent"],
  server: ["hono", "libsql", "job-queue", "credits", "ledger", "fal", "replicate", "openai"],
  react: ["react", "hooks", "tanstack-query"],
  "demo-provider": ["demo", "fake", "testing"],
};

/** A manifest with its generated fields: links, keywords and the published exports. */
export function toPublishedManifest(folder: PackageFolder, manifest: Manifest): Manifest {
  const { name, version, description, license, repository: _, homepage: __, bugs: ___, ...rest } = manifest;
  return {
    name,
    version,
    description,
    license,
    repository: { type: "git", url: projectLinks.repositoryUrl, directory: `packages/${folder}` },
    homepage: projectLinks.homepage,
    bugs: projectLinks.bugs,
    ...rest,
    keywords: [...projectLinks.keywords, ...keywords[folder]],
    // With provenance, npm publishes only from a CI service, and signs which commit was built.
    publishConfig: { ...manifest.publishConfig, provenance: true, exports: toPublishedExports(manifest.exports) },
  };
}
