import { type LinkOptions, rewriteLinks, toMarkdownAddress } from "./rewrite-link.ts";
import { addressOf, type SitePage, type SiteSection } from "./site-pages.ts";

/** Long pages of proof, which no agent needs for code. `llms.txt` lists them. */
const leftOut = ["docs/benchmarks.md", "docs/reliability.md", "docs/mutants.md"];

/** The source of a page. */
export type ReadPage = (file: string) => string;

/** The parts of the site that agents read. */
export interface AgentFileOptions {
  readonly sections: readonly SiteSection[];
  readonly read: ReadPage;
  readonly links: Omit<LinkOptions, "from">;
  /** The text above the list of pages in `llms.txt`. */
  readonly introduction: string;
}

/** The pages of a section that `llms-full.txt` and the package of the client contain. */
export function pagesForAgents({ pages }: SiteSection): readonly SitePage[] {
  return pages.filter(({ file }) => file.startsWith("docs/") && !leftOut.includes(file));
}

/** Files for agents by path: `llms.txt`, `llms-full.txt`, and the Markdown beside each page. */
export function agentFiles(options: AgentFileOptions): ReadonlyMap<string, string> {
  const { sections, read, links, introduction } = options;
  const pages = sections.flatMap((section) => section.pages);
  const markdown = new Map(
    pages.map(({ file }) => [file, rewriteLinks(withoutComments(read(file)), { ...links, from: file })]),
  );
  const list = sections.map(
    ({ text, pages }) =>
      `## ${text}\n\n${pages.map(({ text, file }) => `- [${text}](${toMarkdownAddress(addressOf(file))})`).join("\n")}`,
  );
  const full = sections.flatMap(pagesForAgents);
  return new Map([
    ["llms.txt", `${[introduction.trim(), ...list].join("\n\n")}\n`],
    [
      "llms-full.txt",
      [
        `${introduction.trim()}\n\nPages below, in order; each begins with its address in a comment: ${full
          .map(({ file }) => addressOf(file))
          .join(", ")}.\n`,
        ...full.map(({ file }) => `<!-- ${addressOf(file)} -->\n\n${markdown.get(file)?.trim()}\n`),
      ].join("\n"),
    ],
    ...[...markdown].map(([file, text]) => [toMarkdownAddress(addressOf(file)).slice(1), text] as const),
  ]);
}

function withoutComments(markdown: string): string {
  return markdown.replaceAll(/^<!--.*?-->\n+/gms, "");
}
