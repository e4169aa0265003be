import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { pagesForAgents } from "../../site/content/agent-files.ts";
import { mapLinks } from "../../site/content/markdown-links.ts";
import { rewriteLink } from "../../site/content/rewrite-link.ts";
import { siteSections } from "../../site/content/site-pages.ts";
import { root } from "../command.ts";
import { readRepositoryFile } from "../repository-files.ts";
import { projectLinks } from "./project-links.ts";

/** The folder of the docs in the package of the client, which each installation has. */
export const packedDocsFolder = "dist/docs";

/**
 * The docs for coding agents in that folder, by path: `README.md` lists the pages, those of `llms-full.txt`. A link
 * between them stays; a link to another file of the repository becomes its address.
 */
export function packedDocs(): ReadonlyMap<string, string> {
  const sections = siteSections.map((section) => ({ text: section.text, pages: pagesForAgents(section) }));
  const files = sections.flatMap(({ pages }) => pages.map(({ file }) => file));
  const links = { pages: new Set(files), exists: existsInRepository, repository: projectLinks.repository };
  const lists = sections
    .filter(({ pages }) => pages.length > 0)
    .map(
      ({ text, pages }) =>
        `## ${text}\n\n${pages.map((page) => `- [${page.text}](${packedPath(page.file)})`).join("\n")}`,
    );
  return new Map([
    ["README.md", `${["# Docs of this version of Safelight", ...lists].join("\n\n")}\n`],
    ...files.map((from) => {
      const text = mapLinks(readRepositoryFile(from), (target) => {
        const address = rewriteLink(target, { ...links, from });
        return address.startsWith("/") ? target : address;
      });
      return [packedPath(from), text] as const;
    }),
  ]);
}

function packedPath(file: string): string {
  return posix.relative("docs", file);
}

function existsInRepository(path: string): boolean {
  return existsSync(join(root, path));
}
