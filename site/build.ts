import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { projectLinks } from "../scripts/release/project-links.ts";
import { type CodeSection, codeSectionsOf, existingCodeTableFiles } from "./content/code-pages.ts";
import { generatedFolder, type SiteSection, siteSections } from "./content/site-pages.ts";
import { writeReference } from "./render/reference-pages.ts";

// Writes the generated pages of the site, and `sections.json`, which lists them for the sidebar. VitePress runs afterwards.
const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, generatedFolder);
const pages = new Set(siteSections.flatMap((section) => section.pages.map(({ file }) => file)));
const exists = (path: string): boolean => existsSync(join(root, path));
const { repository } = projectLinks;

rmSync(folder, { recursive: true, force: true });
const reference = await writeReference(root, join(folder, "reference"));
const codes = existingCodeTableFiles(root).flatMap((from) =>
  codeSectionsOf(readFileSync(join(root, from), "utf8"), { from, pages, exists, repository }),
);
const sections: readonly SiteSection[] = [
  {
    text: "Exports",
    collapsed: true,
    pages: reference.map(({ name, path }) => ({ text: name, file: `${generatedFolder}/reference/${path}` })),
  },
  ...codes.map(writeSection),
];
write("sections.json", JSON.stringify(sections, null, 2));

function writeSection({ text, pages }: CodeSection): SiteSection {
  for (const { path, markdown } of pages) write(path, markdown);
  return {
    text,
    collapsed: true,
    pages: pages.map(({ path, title }) => ({ text: title, file: `${generatedFolder}/${path}` })),
  };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
