import { parseArgs } from "node:util";
import { printAlone } from "../frame/print-alone.ts";
import { findReads } from "./find-reads.ts";
import { reads } from "./reads.ts";

const usage = `npx -y pnpm@12.21.0 bench:reads [--most N] [--markdown FILE]

Fills databases of a thousand generations and more, and asks each the same. BENCH_DIR says where they lie; ten million take
up to 29 GB for a while, which is looked for first.

  --most      the largest of them: 10000000 unless given, 1000000, 100000
  --markdown  puts the table between its two marks in this file
`;

const { values } = parseArgs({
  options: {
    most: { type: "string", default: "10000000" },
    markdown: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const most = Number(values.most);
const sizes = [1_000, 100_000, 1_000_000, 10_000_000].filter((size) => size <= most);
if (values.help || !Number.isSafeInteger(most) || sizes.length < 2) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}

await printAlone({
  benchmark: { ...reads, command: "pnpm bench:reads" },
  markdown: values.markdown,
  findings: () => findReads({ sizes, rounds: 3, times: 1_000 }),
});
