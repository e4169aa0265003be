import { parseArgs } from "node:util";
import { printStandalone } from "../frame/print-standalone.ts";
import { installPeers } from "../install-peers.ts";
import { openSharedPostgres, type SharedPostgres } from "../postgres/shared-postgres.ts";
import { findReads } from "./find-reads.ts";
import { onPostgresText, reads } from "./reads.ts";

const usage = `npx -y pnpm@12.21.0 bench:reads [--max N] [--postgres] [--markdown FILE]

Fills databases of a thousand generations and more, and sends the same requests to each. BENCH_DIR sets their folder; ten
million generations need up to 29 GB for a while, which is checked first.

  --max       size of the largest database: 10000000 (default), 1000000 or 100000
  --postgres  copies each database to Postgres with \`safelight copy\`, and sends the requests to a host on the copy
  --markdown  writes the table between its marks in this file
`;

const { values } = parseArgs({
  options: {
    max: { type: "string", default: "10000000" },
    postgres: { type: "boolean", default: false },
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

const options = { sizes, rounds: 3, times: 1_000 };
const benchmark = { ...reads, command: "pnpm bench:reads" };
const { markdown } = values;
if (values.postgres) {
  installPeers();
  const findings = () => onPostgres((postgres) => findReads({ ...options, postgres }));
  await printStandalone({ benchmark: { ...benchmark, ...onPostgresText }, markdown, findings });
} else {
  await printStandalone({ benchmark, markdown, findings: () => findReads(options) });
}

/** Starts a server for the copies, and stops it. */
async function onPostgres<Found>(find: (postgres: SharedPostgres) => Promise<Found>): Promise<Found> {
  const server = await openSharedPostgres();
  if ("absent" in server) throw new Error(server.absent);
  try {
    return await find(server);
  } finally {
    await server.stop();
  }
}
