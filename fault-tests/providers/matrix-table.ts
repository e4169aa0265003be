import type { CellEnd } from "../../packages/server/testing/provider-matrix/cell.js";
import { matrixCells } from "../../packages/server/testing/provider-matrix/cells.js";

/** How each cell of an adapter ended, by the cell's title. */
export type MatrixColumn = ReadonlyMap<string, CellEnd>;

/** The table in Markdown: cell × adapter. A cell that applies to no adapter has no row. */
export function toMatrixTable(columns: ReadonlyMap<string, MatrixColumn>): string {
  const names = [...columns.keys()];
  const reasons = new Map<string, string>();
  const rows = matrixCells
    .map(({ title }) => ({ title, ends: names.map((name) => columns.get(name)?.get(title)) }))
    .filter(({ ends }) => ends.some((end) => end?.type === "holds"))
    .map(({ title, ends }) => [title, ...ends.map((end) => textOf(end, reasons))]);
  const lines = [["", ...names], ["---", ...names.map(() => "---")], ...rows];
  const legend = [...reasons].map(([reason, letter]) => `- (${letter}) ${reason}.`);
  return [...lines.map((line) => `| ${line.join(" | ")} |`), "", ...legend].join("\n");
}

/** Parses one adapter's column of such a table: texts by cell title. `null` without such a column. */
export function columnOf(table: string, name: string): ReadonlyMap<string, string> | null {
  const lines = table.split("\n").filter((line) => line.startsWith("| "));
  const [head = [], , ...rows] = lines.map((line) => line.slice(2, -2).split(" | "));
  const column = head.indexOf(name);
  return column === -1 ? null : new Map(rows.map((row) => [row[0] ?? "", row[column] ?? ""]));
}

/** The text of a cell, without the letter of a reason. */
export function plainTextOf(end: CellEnd): string {
  return end.type === "holds" ? end.end : "–";
}

function textOf(end: CellEnd | undefined, reasons: Map<string, string>): string {
  if (end === undefined) return "**broken**";
  const reason = reasonOf(end);
  if (reason === null) return plainTextOf(end);
  const letter = reasons.get(reason) ?? String.fromCharCode("a".charCodeAt(0) + reasons.size);
  reasons.set(reason, letter);
  return `${plainTextOf(end)} (${letter})`;
}

function reasonOf(end: CellEnd): string | null {
  if (end.type === "not_applicable") return `not applicable: ${end.reason}`;
  return end.lostResponse === undefined ? null : `treated as a lost response: ${end.lostResponse}`;
}
