import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { loadDemoSecret } from "../../server/demo-secret.ts";
import { openDatabase } from "../../server/open-database.ts";
import { composeSafelight } from "../../server/safelight.ts";
import { parseSettings } from "../../server/settings.ts";
import { describeEvent } from "../describe-cluster.ts";
import { type Cluster, startCluster } from "../start-cluster.ts";
import { checkBooks } from "./check-books.ts";
import { killTurns } from "./kill-turns.ts";
import { Visitor } from "./visitor.ts";

// Kills each process of a cluster in turn while visitors submit images, then compares the books:
// `pnpm prove:cluster [--rounds N]`.
const folder = dirname(dirname(import.meta.dirname));
const grant = 1_000_000;
/** A visitor may submit 120 times a minute. */
const visitorCount = 8;
const submitPauseMs = 600;
/** Only a hang reaches it. In milliseconds, since the last generation that ended. */
const maxSilenceMs = 120_000;

const { values } = parseArgs({ options: { rounds: { type: "string", default: "3" } } });
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1) fail(`Invalid --rounds "${values.rounds}": use an integer from 1`);
if (!existsSync(join(folder, "dist", "index.html"))) fail("The page is not built: run `pnpm prove:cluster`");

const startedAt = performance.now();
const cluster = await startCluster({
  folder,
  environment: { ...process.env, DEMO_GRANT: String(grant), DEMO_STEP_MS: "100" },
  port: 0,
  host: "127.0.0.1",
  dataFolder: null,
  onEvent: (event) => {
    const line = event.type === "output" ? null : describeEvent(event);
    if (line !== null) console.log(line);
  },
});
try {
  process.exitCode = await prove(cluster);
} finally {
  await cluster.stop();
}

/** @returns the exit code. */
async function prove({ url, databaseUrl, dataFolder, processes }: Cluster): Promise<number> {
  const visitors = await Promise.all(Array.from({ length: visitorCount }, () => Visitor.arrive(url)));
  let isLoading = true;
  const load = visitors.map(async (visitor) => {
    for (let number = 1; isLoading; number += 1) {
      await visitor.submit(`A lighthouse, ${number}`);
      await pause(submitPauseMs);
    }
  });
  const kills = await killTurns({ processes, databaseUrl, rounds });
  isLoading = false;
  await Promise.all(load);

  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  await waitForEnds(database);
  const books = await checkBooks({ visitors, database, vendorFile: join(dataFolder, "demo.vendor"), grant });
  await database.end();
  await Promise.all(visitors.map((visitor) => visitor.leave()));
  const violations = [...books.violations, ...(await audit({ databaseUrl, dataFolder }))];
  for (const violation of violations) console.error(violation);
  const sum = (count: (visitor: Visitor) => number): number =>
    visitors.reduce((total, visitor) => total + count(visitor), 0);
  console.log(
    [
      `${kills.length} kills: ${kills.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)} s`).join(" · ")}`,
      `${books.generations} generations, ${books.images} images, ${sum(({ repeats }) => repeats)} repeated submits`,
      `${sum(({ streams }) => streams)} event streams of ${visitors.length} visitors`,
      `${violations.length} violations, ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`,
    ].join("\n"),
  );
  return violations.length === 0 && books.generations > 0 ? 0 : 1;
}

/** Waits until no generation is active. */
async function waitForEnds(database: pg.Client): Promise<void> {
  let last = Number.POSITIVE_INFINITY;
  for (let since = performance.now(); ; await pause(100)) {
    const { rows } = await database.query(
      "SELECT count(*)::int AS active FROM safelight_generations WHERE finished_at IS NULL",
    );
    const active = Number(rows[0]?.active);
    if (active === 0) return;
    if (active < last) since = performance.now();
    last = active;
    if (performance.now() - since > maxSilenceMs) throw new Error(`${active} generations do not end.`);
  }
}

/** Recomputes everything from the ledger. */
async function audit(options: {
  readonly databaseUrl: string;
  readonly dataFolder: string;
}): Promise<readonly string[]> {
  const environment = { DATABASE_URL: options.databaseUrl, DEMO_DATA: options.dataFolder };
  const settings = parseSettings(environment, folder);
  const database = openDatabase(settings.database);
  const secret = await loadDemoSecret(`${settings.filePrefix}.secret`);
  const safelight = composeSafelight({ settings, secret, database });
  const found = await safelight.audit();
  await safelight.close();
  await database.close();
  return found.map((violation) => `audit: ${JSON.stringify(violation)}`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
