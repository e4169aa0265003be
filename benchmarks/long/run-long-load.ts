import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../scripts/free-port.ts";
import { scratchFolder } from "../frame/scratch-folder.ts";
import { startChild } from "../frame/servers/child.ts";
import { withCleanup } from "../frame/with-cleanup.ts";
import { checkDatabase, type DatabaseCheck } from "./check-database.ts";
import { type Outage, RestartedHost } from "./restarted-host.ts";
import { SimulatedUsers, type Submitted } from "./simulated-users.ts";
import { type Sample, takeSamples } from "./take-samples.ts";
import type { VendorBill } from "./vendor-bill.ts";

/** Results of a run. */
export interface LongRun {
  readonly submits: readonly Submitted[];
  /** Submits that failed and were repeated. */
  readonly failures: number;
  readonly outages: readonly Outage[];
  readonly samples: readonly Sample[];
  readonly database: DatabaseCheck;
}

export const submitsPerSecond = 5;
const killEveryMs = 60_000;
/** Timeout for all ends. A killed host's generations wait for its lease, and a lost reply for the lookup after it. */
const endsWithinMs = 120_000;

/** Runs users on a host that is killed every minute, then checks the database. */
export function runLongLoad(minutes: number): Promise<LongRun> {
  return withCleanup(async (defer) => {
    const folder = await scratchFolder();
    defer(() => folder.remove());
    const vendor = await startChild(new URL("./vendor-script.ts", import.meta.url));
    defer(() => vendor.stop());
    const settings = {
      database: join(folder.path, "safelight.db"),
      media: join(folder.path, "media"),
      vendorUrl: `http://127.0.0.1:${await vendor.run<number>("port")}`,
      port: await freePort(),
    };
    const host = new RestartedHost(settings);
    defer(() => host.stop());
    await host.start();
    const users = new SimulatedUsers(`http://127.0.0.1:${settings.port}`);
    defer(() => users.leave());
    const over = new AbortController();
    const sampling = takeSamples(host, over.signal);
    const killing = killOften(host, { minutes, signal: over.signal });
    // These tasks start hosts, so they must end before the last host is stopped.
    defer(() => {
      over.abort();
      return Promise.allSettled([sampling, killing]);
    });
    await Promise.race([users.submitFor(minutes * 60_000, submitsPerSecond), failureOf(killing), failureOf(sampling)]);
    await killing;
    over.abort();
    const samples = await sampling;
    await users.untilAllEnded(endsWithinMs);
    const found = (await host.child?.run<readonly unknown[]>("audit")) ?? ["no host is running"];
    const missing = users.missing();
    await users.leave();
    await host.stop();
    const bill = await vendor.run<VendorBill>("bill");
    const { acknowledged, failures, submits } = users;
    const database = checkDatabase(settings.database, { acknowledged, bill });
    const faults = [
      ...database.faults,
      ...found.map((each) => `the audit found ${JSON.stringify(each)}`),
      ...(missing.length > 0 ? [`the ends of ${missing.length} were not received`] : []),
    ];
    return { submits, failures, outages: host.outages, samples, database: { ...database, faults } };
  });
}

/** Rejects with the error of a task, and never resolves. */
async function failureOf(work: Promise<unknown>): Promise<never> {
  await work;
  return new Promise(() => {});
}

/** Kills the host every minute, until its last lifetime begins or the signal aborts. */
async function killOften(
  host: RestartedHost,
  { minutes, signal }: { readonly minutes: number; readonly signal: AbortSignal },
): Promise<void> {
  const began = performance.now();
  for (let minute = 1; minute <= minutes - lastLifetimeMinutes(minutes); minute += 1) {
    await pause(began + minute * killEveryMs - performance.now(), null, { signal }).catch(() => {});
    if (signal.aborted) return;
    await host.killAndStart();
    console.error(`  minute ${minute} of ${minutes}: restarted the host`);
  }
}

/** Lifetime of the last host in minutes: slow growth shows in a long lifetime only. */
function lastLifetimeMinutes(minutes: number): number {
  return Math.min(5, Math.ceil(minutes / 2));
}
