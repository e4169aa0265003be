/**
 * Formats rows as columns that are as wide as their widest cell. The first row is the header. Control characters are escaped:
 * the id of an owner may contain those that clear a terminal or begin a new row.
 */
export function toTextTable(rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => String(cell).replace(control, escapeControl)));
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

/** Control characters, invisible ones that change the direction of text, and separators of lines. */
const control = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

function escapeControl(character: string): string {
  return `\\u{${character.codePointAt(0)?.toString(16)}}`;
}
