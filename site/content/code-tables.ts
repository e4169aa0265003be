/** A table of the docs with one code in each row: problems, failures, checks of a command. */
export interface CodeTable {
  /** The heading above the table. */
  readonly section: string;
  readonly rows: readonly CodeRow[];
}

/** One code and the other cells of its row, by the heading of their column. */
export interface CodeRow {
  readonly code: string;
  readonly cells: Readonly<Record<string, string>>;
}

/** Headings of the first column of such a table. */
const codeColumns = ["code", "check"];

/** Every table of a page with one code in each row, in order. A new table of that form therefore gets pages by itself. */
export function codeTablesOf(markdown: string): readonly CodeTable[] {
  return markdown.split(/^## /m).flatMap((text) => {
    const [section = "", ...lines] = text.split("\n");
    // A section may have a table of options, too.
    const tables = lines.join("\n").match(/(?:^\|.*\n?)+/gm) ?? [];
    return tables.flatMap((table) => {
      const [columns = [], , ...body] = table.trimEnd().split("\n").map(cellsOf);
      if (!codeColumns.includes(columns[0] ?? "")) return [];
      return [{ section: section.trim(), rows: body.map((cells) => rowOf(columns, cells)) }];
    });
  });
}

function cellsOf(line: string): readonly string[] {
  return line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());
}

function rowOf(columns: readonly string[], cells: readonly string[]): CodeRow {
  const named = columns.map((column, index) => [column, cells[index] ?? ""] as const);
  return { code: (cells[0] ?? "").replaceAll("`", ""), cells: Object.fromEntries(named.slice(1)) };
}
