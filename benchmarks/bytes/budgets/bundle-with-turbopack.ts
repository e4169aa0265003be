import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Command, root, runCommand } from "../../../scripts/command.ts";
import { scratchFolder } from "../../frame/scratch-folder.ts";
import { gzipSize, type PageSize } from "./page-size.ts";

/** Versions that the Next example installs. */
const hostPackages = ["next", "react", "react-dom", "@tanstack/react-query"];
const safelightPackages = ["client", "react"];

/**
 * Bundles pages with Turbopack: builds a Next application for each page, and one without Safelight, and subtracts. All of
 * them contain the whole of React and TanStack Query.
 *
 * @param entries paths of the pages; a build takes seconds.
 */
export async function bundleWithTurbopack(entries: readonly string[]): Promise<readonly PageSize[]> {
  const folder = await scratchFolder();
  try {
    await createProject(folder.path);
    const base = await buildPage(folder.path, null);
    const sizes: PageSize[] = [];
    for (const entry of entries) {
      const { everything, firstLoad } = await buildPage(folder.path, entry);
      sizes.push({
        firstLoad: firstLoad - base.firstLoad,
        everything: everything - base.everything,
        // Turbopack always splits.
        inlined: null,
      });
    }
    return sizes;
  } finally {
    await folder.remove();
  }
}

async function createProject(folder: string): Promise<void> {
  const example = await readManifest(join(root, "examples", "nextjs"));
  const client = await readManifest(join(root, "packages", "client"));
  const versions = hostPackages.map((name) => [name, example.dependencies?.[name]]);
  const dependencies = { ...client.dependencies, ...Object.fromEntries(versions) };
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
  await run(folder, ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel", "error"]);
  for (const name of safelightPackages) {
    const target = join(folder, "node_modules", "@safelight", name);
    for (const part of ["package.json", "dist"]) {
      await cp(join(root, "packages", name, part), join(target, part), { recursive: true });
    }
  }
  await mkdir(join(folder, "app"));
  // The folder may be inside of another project.
  await writeFile(join(folder, "next.config.js"), "export default { turbopack: { root: import.meta.dirname } };\n");
  await writeFile(join(folder, "app", "layout.js"), layout);
  await writeFile(join(folder, "app", "page.js"), 'export { Page as default } from "./client-page.js";\n');
}

const layout = `export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>;
}
`;

/** Uses every export of React and TanStack Query, so that all builds contain the same of them. */
const hostPage = `import * as query from "@tanstack/react-query";
import * as react from "react";

globalThis.host = { query, react };

export function Page() {
  return null;
}
`;

/** @param entry `null` for the page without Safelight. */
async function buildPage(folder: string, entry: string | null): Promise<Omit<PageSize, "inlined">> {
  const imported = entry === null ? "" : `import "./${basename(entry)}";\n`;
  if (entry !== null) await cp(entry, join(folder, "app", basename(entry)));
  await writeFile(join(folder, "app", "client-page.js"), `"use client";\n${imported}${hostPage}`);
  await run(folder, ["npx", "next", "build"]);
  const html = await readFile(join(folder, ".next", "server", "app", "index.html"), "utf8");
  const scripts = [...html.matchAll(/<script src="\/_next\/(static\/[^"?]+\.js)/g)].flatMap(([, path]) => path ?? []);
  if (scripts.length === 0) throw new Error("The page that Next built has no scripts.");
  const all = await readdir(join(folder, ".next", "static"), { recursive: true });
  return {
    firstLoad: await sizeOf(folder, new Set(scripts)),
    everything: await sizeOf(
      folder,
      all.filter((path) => path.endsWith(".js")).map((path) => join("static", path)),
    ),
  };
}

async function sizeOf(folder: string, files: Iterable<string>): Promise<number> {
  let sum = 0;
  for (const file of files) sum += gzipSize(await readFile(join(folder, ".next", file)));
  return sum;
}

async function readManifest(folder: string): Promise<{ readonly dependencies?: Readonly<Record<string, string>> }> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
}

async function run(cwd: string, command: Command): Promise<void> {
  const env = { NEXT_TELEMETRY_DISABLED: "1", npm_config_user_agent: "npm" };
  const { succeeded, output } = await runCommand(command, { cwd, env });
  if (!succeeded) throw new Error(`${command.join(" ")} failed: ${output}`);
}
