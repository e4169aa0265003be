import type { CellEnd } from "../../packages/server/testing/provider-matrix/cell.js";
import { matrixCells } from "../../packages/server/testing/provider-matrix/cells.js";
import { playCell } from "../../packages/server/testing/provider-matrix/play-cell.js";
import { putBetweenMarks } from "../../scripts/page-marks.ts";
import { parseOptions } from "../parse-options.js";
import { type MatrixColumn, toMatrixTable } from "./matrix-table.js";
import { subjects } from "./subjects.js";

const usage = `npx -y pnpm@12.21.0 prove:providers [--only fal,bfl] [--markdown FILE]

Drives every adapter through the worker against all faults of its vendor, and prints how each cell ended.

  --only       only these adapters
  --markdown   also writes the table into this file, between its marks; not with --only

Exits with 1 when a promise is broken.
`;

const options = parseOptions(process.argv.slice(2), {
  only: { type: "string" },
  markdown: { type: "string" },
  help: { type: "boolean" },
});
if (typeof options === "string") {
  console.error(options);
  process.exitCode = 2;
} else if (options.help === true) console.log(usage);
else await main(options.only?.split(","), options.markdown);

async function main(only: readonly string[] | undefined, markdown: string | undefined): Promise<void> {
  const columns = new Map<string, MatrixColumn>();
  let broken = 0;
  for (const [name, subject] of Object.entries(subjects)) {
    if (only !== undefined && !only.includes(name)) continue;
    const ends = new Map<string, CellEnd>();
    for (const cell of matrixCells) {
      try {
        ends.set(cell.title, await playCell(subject, cell));
      } catch (error) {
        broken += 1;
        console.error(`BROKEN  ${name}: ${cell.title}: ${error instanceof Error ? error.message : error}`);
      }
    }
    columns.set(name, ends);
    const held = [...ends.values()].filter(({ type }) => type === "holds").length;
    console.log(`${name}  ${held} cells hold, ${ends.size - held} are not applicable`);
  }
  const table = toMatrixTable(columns);
  console.log(`\n${table}\n`);
  if (markdown !== undefined && only === undefined && broken === 0) {
    await putBetweenMarks(markdown, { name: "matrix", text: table });
  }
  // A failed cell may have left sockets, timers or processes open.
  process.exit(broken > 0 ? 1 : 0);
}
