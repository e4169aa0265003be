import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Application, type ProjectReflection, TSConfigReader } from "typedoc";
import { manifestOf, packageFolders } from "../../scripts/release/tarballs.ts";

/** One page of the reference: an entry of a package. */
export interface ReferencePage {
  /** `@safelight/server/fal` */
  readonly name: string;
  /** Below the output folder. */
  readonly path: string;
}

interface Entry {
  readonly name: string;
  readonly source: string;
}

/** Entries that no host imports. */
const internal = ["@safelight/client/live"];

/** Every public entry, from the `exports` of the packages. */
export function publicEntries(root: string): readonly Entry[] {
  return packageFolders.flatMap((folder) =>
    Object.entries(manifestOf(folder).exports).flatMap(([key, target]) => {
      const name = `@safelight/${folder}${key.slice(1)}`;
      const source = typeof target === "string" ? undefined : target["@safelight/source"];
      return source === undefined || internal.includes(name)
        ? []
        : { name, source: join(root, "packages", folder, source) };
    }),
  );
}

/**
 * Writes one Markdown page for each public entry, from the doc comments of its exports. It reads the sources, which have
 * the same exports and comments as the published declarations, so that the site needs no build of the packages.
 *
 * @throws {Error} if an export has no doc comment.
 */
export async function writeReference(root: string, folder: string): Promise<readonly ReferencePage[]> {
  const entries = publicEntries(root);
  const app = await Application.bootstrapWithPlugins(
    {
      entryPoints: entries.map(({ source }) => source),
      tsconfig: join(root, "site", "tsconfig.reference.json"),
      plugin: ["typedoc-plugin-markdown"],
      outputs: [{ name: "markdown", path: folder }],
      readme: "none",
      // `tsc` of the check does that.
      skipErrorChecking: true,
      excludeExternals: true,
      disableSources: true,
      sort: ["kind", "alphabetical"],
      kindSortOrder: ["Function", "Class", "Interface", "TypeAlias", "Variable", "Reference"],
      validation: { notExported: false, invalidLink: false, notDocumented: true },
      requiredToBeDocumented: ["Function", "Class", "Interface", "TypeAlias", "Variable"],
      treatValidationWarningsAsErrors: true,
      logLevel: "Warn",
      ...markdownOptions,
    } as Parameters<typeof Application.bootstrapWithPlugins>[0],
    [new TSConfigReader()],
  );
  const project = await app.convert();
  if (project === undefined) throw new Error("TypeDoc could not read the sources of the packages.");
  nameAfterImports(project, entries);
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings()) throw new Error("The reference has the faults above.");
  await app.generateOutputs(project);
  rmSync(join(folder, "README.md"));
  const pages = entries.map(({ name }) => ({ name, path: `${name}.md` }));
  for (const { path } of pages) {
    const text = readFileSync(join(folder, path), "utf8");
    // The site permits no HTML.
    writeFileSync(join(folder, path), text.replaceAll(/<a id="[^"]*"><\/a> /g, ""));
  }
  return pages;
}

/** Options of typedoc-plugin-markdown, of which TypeDoc's types know nothing. */
const markdownOptions = {
  outputFileStrategy: "modules",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  pageTitleTemplates: { module: ({ name }: { readonly name: string }) => name },
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  typeAliasPropertiesFormat: "table",
  enumMembersFormat: "table",
  tableColumnSettings: {
    hideInherited: true,
    hideOverrides: true,
    hideSources: true,
    hideModifiers: true,
    leftAlignHeaders: true,
  },
  expandObjects: false,
};

/** TypeDoc names a module after its file. A reader knows the name in an import. */
function nameAfterImports(project: ProjectReflection, entries: readonly Entry[]): void {
  for (const module of project.children ?? []) {
    const entry = entries.find(({ source }) => isModuleOf(module.name, source));
    if (entry !== undefined) module.name = entry.name;
  }
}

/** Whether TypeDoc's name of a module, such as `server/src/fal`, is of this file. */
function isModuleOf(module: string, source: string): boolean {
  const path = source.replace(/\.tsx?$/, "").replace(/\/index$/, "");
  return path.endsWith(`/packages/${module}`);
}
