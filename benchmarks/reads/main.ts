import { parseArgs } from "node:util";
import { printStandalone } from "../frame/print-standalone.ts";
import { findReads } from "./find-reads.ts";
import { reads } from "./reads.ts";

const usage = `npx -y pnpm@12.21.0 bench:reads [--max N] [--markdown FILE]

Fills databases of a thousand generations and more, and sends the same requests to each. BENCH_DIR sets their folder; ten
million generations need up to 29 GB for a while, which is checked first.

  --max       size of the largest database: 10000000 (default), 1000000 or 100000
  --markdown  writes the table between its marks in this file
`;

const { values } = parseArgs({
  options: {
    max: { type: "string", default: "10000000" },
    markdown: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const max = Number(values.max);
const sizes = [1_000, 100_000, 1_000_000, 10_000_000].filter((size) => size <= max);
if (values.help || !Number.isSafeInteger(max) || sizes.length < 2) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}

await printStandalone({
  benchmark: { ...reads, command: "pnpm bench:reads" },
  markdown: values.markdown,
  findings: () => findReads({ sizes, rounds: 3, times: 1_000 }),
});
