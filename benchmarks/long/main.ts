import { parseArgs } from "node:util";
import { printStandalone } from "../frame/print-standalone.ts";
import { runLongLoad, submitsPerSecond } from "./run-long-load.ts";
import { toFindings } from "./to-findings.ts";

const usage = `npx -y pnpm@12.21.0 bench:long [--minutes N] [--markdown FILE]

Runs real load on one host that is killed every minute. BENCH_DIR sets the folder of the database.

  --minutes   30 by default; fewer than 14 give no verdict on growth
  --markdown  writes the table between its marks in this file
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

await printStandalone({
  benchmark: {
    name: "long",
    title: "A long run under load",
    method: `Users submit ${submitsPerSecond} times a second at random moments through the client, and follow its stream. A vendor in another
process takes one to five seconds per job. The host serves and works on one core, on one file that is synced to disk at each
commit. Every minute it is killed with SIGKILL and another host starts at once on the same port; the last one runs
for five minutes. A submit during an outage is repeated with its key until it gets a response, and is counted separately.
Memory and open files are read every second. They are compared across lifetimes at an age of 20 to 60 seconds, and within the last
lifetime from 90 seconds on, when all code is loaded and compiled. At the end all generations must have
ended, their users must have received the ends, the audit must find nothing, and each must have been paid exactly once.`,
    command: "pnpm bench:long",
  },
  markdown: values.markdown,
  findings: async () => toFindings(await runLongLoad(minutes)),
});
