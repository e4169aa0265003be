import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import pg from "pg";
import { type Cluster, startCluster } from "../../examples/studio/local/start-cluster.ts";
import { readSettings } from "../../examples/studio/server/settings.ts";
import { createStudio } from "../../examples/studio/server/studio.ts";
import { SeededRandom } from "../../packages/server/testing/simulation/seeded-random.js";
import { openSmallVolume } from "../../packages/server/testing/volumes/small-volume.js";
import { pause } from "../cluster/pause.js";
import { nextMigrationName } from "../rolling-deploy/next-release.js";
import { attemptFaults } from "./attempt-faults.js";
import { bundleNextRelease, type NextRelease } from "./bundle-next-release.js";
import { checkBooks } from "./check-books.js";
import { Disturbances } from "./disturbances.js";
import { openOrganization } from "./open-organization.js";
import { StudioUser } from "./studio-user.js";
import { StudioVendor } from "./studio-vendor.js";

// The studio under scripted users, with kills, outages, full disks and deploys: `pnpm prove:studio [--minutes N] [--seed N]`.

const userCount = 8;
/** A user may submit 60 times a minute. In milliseconds. */
const actionPauseMs = 1_500;
/** Room for the media of an hour, in bytes. */
const volumeBytes = 160_000_000;
/** Only a hang reaches it. In milliseconds, since the last generation that ended. */
const maxSilenceMs = 180_000;

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "60" }, seed: { type: "string", default: String(Date.now() % 1e6) } },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (!(minutes > 0)) fail(`Invalid --minutes "${values.minutes}": use a number above 0`);
if (!Number.isSafeInteger(seed)) fail(`Invalid --seed "${values.seed}": use an integer`);
if (!existsSync(new URL("../../examples/studio/dist/assets", import.meta.url)))
  fail("The page is not built: run `pnpm prove:studio`");

const startedAt = performance.now();
const vendor = new StudioVendor();
const volume = await openSmallVolume({ sizeBytes: volumeBytes });
const next = await bundleNextRelease();
const cluster = await startCluster({
  port: 0,
  host: "127.0.0.1",
  dataFolder: null,
  webs: 2,
  workers: 2,
  environment: {
    FAL_KEY: "the-key",
    FAL_USER_ID: "user-1",
    FAL_ORIGIN: await vendor.start(),
    STUDIO_LEASE_MS: "3000",
    STUDIO_RECONCILE_MS: "60000",
    ...(volume !== null && { STUDIO_MEDIA: `${volume.folder}/media` }),
  },
  onEvent: () => {},
});
try {
  process.exitCode = await prove(cluster, next);
} finally {
  await cluster.stop();
  await vendor.close();
  await next.remove();
  await volume?.close();
}

/** @returns the exit code. */
async function prove(cluster: Cluster, next: NextRelease): Promise<number> {
  const random = new SeededRandom(seed).next;
  console.log(`${userCount} users, ${minutes} minutes, seed ${seed}`);
  const users = await Promise.all(
    Array.from({ length: userCount }, (_, number) => StudioUser.arrive(cluster.url, `user${number}@studio.example`)),
  );
  await openOrganization(users);
  let isLoading = true;
  const load = users.map(async (user) => {
    while (isLoading) {
      await user.act(random());
      await pause(actionPauseMs * (0.5 + random()));
    }
  });
  const disturbances = new Disturbances({
    cluster,
    vendor,
    volume,
    nextScript: next.script,
    random,
    onEvent: (line) => console.log(`${minute()} ${line}`),
  });
  const failedLoad = Promise.all(load).then(() => {});
  // A user that is refused for no reason ends the run at once.
  await Promise.race([disturbances.run(() => performance.now() - startedAt > minutes * 60_000), failedLoad]);
  isLoading = false;
  await failedLoad;

  const database = new pg.Client({ connectionString: String(cluster.environment.DATABASE_URL) });
  await database.connect();
  await waitForEnds(database);
  const books = await checkBooks(users, vendor.paid);
  const operations = await operationsOf(database);
  const attempts = attemptFaults({ operations, paid: vendor.paid, endByPrompt: books.endByPrompt });
  const violations = [
    ...books.violations,
    ...attempts.faults,
    ...(await audit(cluster)),
    ...(await migrationFaults(database)),
  ];
  const bought = sum(users, ({ purchases }) => purchases.length);
  if (cluster.stripe.payments.payments.length !== bought)
    violations.push(`${cluster.stripe.payments.payments.length} payments for ${bought} purchases`);
  await database.end();
  await Promise.all(users.map((user) => user.leave()));
  for (const violation of violations) console.error(violation);
  console.log(
    [
      listOf(disturbances.counts),
      `${sum(users, ({ submitted }) => submitted.length)} generations: ${listOf(books.ends)}`,
      `${books.files} files, ${bought} packs bought, ${sum(users, ({ shared }) => shared.size)} shared in collections`,
      `${operations.length} attempts, ${vendor.paid.length} paid requests, ${attempts.lost} without a response`,
      `${vendor.refused} requests in outages of the vendor`,
      `${sum(users, ({ session }) => session.repeats)} requests sent again, ${sum(users, ({ refusals }) => refusals)} refused`,
      `${violations.length} violations, ${minute()}`,
    ].join("\n"),
  );
  return violations.length === 0 && books.files > 0 ? 0 : 1;
}

/** Waits until no generation is active. */
async function waitForEnds(database: pg.Client): Promise<void> {
  let last = Number.POSITIVE_INFINITY;
  for (let since = performance.now(); ; await pause(200)) {
    const active = await countRows(database, "safelight_generations WHERE finished_at IS NULL");
    if (active === 0) return;
    if (active < last) since = performance.now();
    last = active;
    if (performance.now() - since > maxSilenceMs) throw new Error(`${active} generations do not end.`);
  }
}

/** The stored operation of each attempt; `null` of an attempt without a job. */
async function operationsOf(database: pg.Client): Promise<readonly (string | null)[]> {
  const { rows } = await database.query("SELECT coalesce(operation, operation_hint) AS job FROM safelight_attempts");
  return rows.map(({ job }) => job);
}

async function migrationFaults(database: pg.Client): Promise<readonly string[]> {
  const count = await countRows(database, `safelight_migrations WHERE name = '${nextMigrationName}'`);
  return count === 1 ? [] : ["the next release did not migrate"];
}

async function countRows(database: pg.Client, from: string): Promise<number> {
  const { rows } = await database.query(`SELECT count(*)::int AS count FROM ${from}`);
  return Number(rows[0]?.count);
}

/** Recomputes everything from the ledger, with this release. */
async function audit({ environment }: Cluster): Promise<readonly string[]> {
  const studio = createStudio(readSettings(environment));
  const found = await studio.safelight.audit();
  await studio.close();
  return found.map((violation) => `audit: ${JSON.stringify(violation)}`);
}

function sum(users: readonly StudioUser[], count: (user: StudioUser) => number): number {
  return users.reduce((total, user) => total + count(user), 0);
}

function listOf(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${count} ${name}`).join(" · ");
}

function minute(): string {
  const seconds = Math.floor((performance.now() - startedAt) / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
