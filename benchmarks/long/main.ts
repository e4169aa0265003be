import { parseArgs } from "node:util";
import { printAlone } from "../frame/print-alone.ts";
import { liveLong, submitsPerSecond } from "./live-long.ts";
import { toFindings } from "./to-findings.ts";

const usage = `npx -y pnpm@12.21.0 bench:long [--minutes N] [--markdown FILE]

Real load on one host that is killed every minute. BENCH_DIR says where the database lies.

  --minutes   30 unless given; less than 14 tell nothing of slopes
  --markdown  puts the table between its two marks in this file
`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    markdown: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
if (values.help || !Number.isSafeInteger(minutes) || minutes < 1) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}

await printAlone({
  benchmark: {
    name: "long",
    title: "A long life under load",
    method: `People submit ${submitsPerSecond} times a second at random moments through the client, and watch over its stream; a vendor in a
process of its own takes from one to five seconds for each. The host serves and works on one file, synced to disk at each
commit, and one core. Every minute it is killed with SIGKILL and another is started at once, on the same port; the last one lives
for five minutes. A submit in whose time there was no host is repeated with its key until it is answered, and counted apart.
Memory and open files are read every second: compared from life to life at an age of 20 to 60 seconds, and followed in the last life
from 90 seconds on, when everything is loaded and compiled. At the end, all must have
ended, their people must have heard of it, the audit must find nothing, and the vendor must have been paid once for each.`,
    command: "pnpm bench:long",
  },
  markdown: values.markdown,
  findings: async () => toFindings(await liveLong(minutes)),
});
