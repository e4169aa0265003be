import { findPackage } from "./installed-package.js";
import { dependenciesOf, type Project } from "./project.js";

/** Packages whose version matters for an issue. */
const reported =
  /^(@safelight\/|@tanstack\/|react$|react-dom$|next$|hono$|@hono\/node-server$|express$|fastify$|vite$|libsql$|@libsql\/client$|pg$|postgres$|sharp$|typescript$|wrangler$|nuxt$|astro$|@sveltejs\/kit$|@react-router\/dev$)/;

/** Facts about a project for an issue. */
export interface ProjectReport {
  readonly node: string;
  readonly platform: string;
  /** Installed versions; `null` for a package that is not installed. */
  readonly packages: Readonly<Record<string, string | null>>;
  /** The files that call `createSafelight`. */
  readonly servers: readonly string[];
  /** Names of the variables in the files, without values. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
}

/** Describes a project without the values of its variables. */
export async function describeProject(project: Project, node: string): Promise<ProjectReport> {
  const names = Object.keys(dependenciesOf(project.manifest)).filter((name) => reported.test(name));
  const versions = await Promise.all(
    names.toSorted().map(async (name) => {
      const found = await findPackage(name, project.folder);
      return [name, found?.manifest.version ?? null] as const;
    }),
  );
  return {
    node,
    platform: `${process.platform} ${process.arch}`,
    packages: Object.fromEntries(versions),
    servers: project.servers.map(({ path }) => path),
    variables: Object.fromEntries(
      project.variableFiles.map(({ path, values }) => [path, Object.keys(values).toSorted()]),
    ),
  };
}
