import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { failures, problems, problemType } from "../../packages/client/src/contract.ts";
import { providerErrors } from "../../packages/server/src/lib/generation/provider-failure.ts";
import { problemsOf, routeTable } from "../../packages/server/src/lib/http/routes/route-table.ts";
import { refundCases } from "../../packages/server/src/lib/ledger/refund-cases.ts";
import { type CodeRow, type CodeTable, codeTablesOf } from "./code-tables.ts";
import { headingAnchor } from "./heading-anchor.ts";
import { type LinkOptions, rewriteLink } from "./rewrite-link.ts";

/** A page that a build generates. */
export interface GeneratedPage {
  /** Below the folder of generated pages: `errors/not_found.md`. */
  readonly path: string;
  readonly title: string;
  readonly markdown: string;
}

/** Pages of one kind of code, such as all problems. */
export interface CodeSection {
  readonly text: string;
  readonly pages: readonly GeneratedPage[];
}

/** Pages of the docs with tables of codes, which exist in this release. */
export function existingCodeTableFiles(root: string): readonly string[] {
  return ["docs/errors.md", "docs/cli.md"].filter((file) => existsSync(join(root, file)));
}

/** One page for each code of the tables in a page of the docs, with the facts of the contract and of the server. */
export function codeSectionsOf(markdown: string, options: LinkOptions): readonly CodeSection[] {
  return codeTablesOf(markdown).map((table) => ({
    text: table.section,
    pages: table.rows.map((row) => codePage(table, { row, options })),
  }));
}

function codePage(
  { section }: CodeTable,
  { row, options }: { readonly row: CodeRow; readonly options: LinkOptions },
): GeneratedPage {
  const cells = Object.entries(row.cells).map(([column, cell]) => [column, withAddresses(cell, options)] as const);
  const link = `[${section}](${rewriteLink(posix.basename(options.from), options)}#${headingAnchor(section)})`;
  const { title, text } = factsOf(section, row.code);
  const short = cells.filter(([, cell]) => cell.length < 16);
  const long = cells.filter(([, cell]) => cell.length >= 16);
  const facts = short.map(([column, cell]) => `- ${column}: **${cell}**`);
  const markdown = [
    `# ${title}`,
    `\`${row.code}\` · ${link}`,
    ...(facts.length > 0 ? [facts.join("\n")] : []),
    ...long.map(([column, cell]) => `## ${column[0]?.toUpperCase()}${column.slice(1)}\n\n${sentence(cell)}`),
    ...text,
  ];
  const path = `${folderOf(section)}/${row.code}.md`;
  return { path, title: row.code, markdown: `${markdown.join("\n\n")}\n` };
}

/** The addresses that a response, an error in the setup and `safelight doctor` name. */
const folders: Readonly<Record<string, string>> = {
  Problems: "errors",
  "At the start": "setup",
  "Check a project": "doctor",
};

function folderOf(section: string): string {
  return folders[section] ?? headingAnchor(section);
}

/** The title of a code, and the sections that its row does not have. */
function factsOf(section: string, code: string): { readonly title: string; readonly text: readonly string[] } {
  if (section === "Problems" && isKeyOf(problems, code))
    return { title: problems[code].title, text: problemFacts(code) };
  if (section === "Failures" && isKeyOf(failures, code)) return { title: titleOf(code), text: failureFacts(code) };
  return { title: titleOf(code), text: [] };
}

function problemFacts(code: keyof typeof problems): readonly string[] {
  const { status, title, retryable } = problems[code];
  const routes = Object.values(routeTable).filter((route) => problemsOf(route).includes(code));
  const paths = routes.map(({ method, path, summary }) => `| \`${method} ${path}\` | ${summary} |`);
  const body = { type: problemType(code), title, status, code, detail: "…", retryable, requestId: "…" };
  return [
    ...(status === null
      ? ["## On the wire\n\nNever: the client creates this code."]
      : [`## On the wire\n\n${fenced("json", JSON.stringify(body, null, 2))}`]),
    `## In the browser\n\n${fenced("js", `if (SafelightError.isInstance(error) && error.code === "${code}") {\n  // Choose a text for your user here.\n}`)}`,
    ...(paths.length > 0
      ? [`## Routes\n\nEach path is below the base path.\n\n| route | |\n|---|---|\n${paths.join("\n")}`]
      : []),
  ];
}

function failureFacts(code: keyof typeof failures): readonly string[] {
  const causes = Object.entries(providerErrors).filter(([, { failure }]) => failure === code);
  const { percent } = refundCases[code];
  return [
    `## Message\n\nThe owner may see it: “${failures[code].message}”`,
    `## Refund\n\nBy default ${percent} % of the price, in the commit that ends the generation. A model's [\`refunds\`](/credits#refunds) changes it.`,
    ...(causes.length > 0
      ? [
          `## Provider failures\n\nAn adapter's [\`failure.code\`](/providers#failures) that leads to it: ${causes.map(([name]) => `\`${name}\``).join(", ")}.`,
        ]
      : []),
  ];
}

function isKeyOf<T extends object>(table: T, key: string): key is string & keyof T {
  return Object.hasOwn(table, key);
}

function titleOf(code: string): string {
  const words = code.replaceAll(/[_-]/g, " ");
  return `${words[0]?.toUpperCase()}${words.slice(1)}`;
}

function sentence(cell: string): string {
  const text = cell.replace(/^[a-z]/, (letter) => letter.toUpperCase());
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function withAddresses(cell: string, options: LinkOptions): string {
  return cell.replaceAll(/\]\(([^)\s]+)\)/g, (_, target: string) => `](${rewriteLink(target, options)})`);
}
