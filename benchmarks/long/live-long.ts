import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { scratchFolder } from "../frame/scratch-folder.ts";
import { startChild } from "../frame/servers/child.ts";
import { freePort } from "../frame/servers/free-port.ts";
import { withCleanup } from "../frame/with-cleanup.ts";
import { MortalHost, type Outage } from "./mortal-host.ts";
import type { Paid } from "./paid.ts";
import { type Stock, takeStock } from "./take-stock.ts";
import { type Submitted, Visitors } from "./visitors.ts";
import { type Sample, takeSamples } from "./vital-signs.ts";

/** What happened. */
export interface LongLife {
  readonly submits: readonly Submitted[];
  /** Tries of people that failed, and were made again. */
  readonly failures: number;
  readonly outages: readonly Outage[];
  readonly samples: readonly Sample[];
  readonly stock: Stock;
}

export const submitsPerSecond = 5;
const killEveryMs = 60_000;
/** What a killed host held is taken up when its lease is over, and a lost reply is looked for after that. */
const endsWithinMs = 120_000;

/** Lets people use a host for so long that is killed every minute; then looks at what is left. */
export function liveLong(minutes: number): Promise<LongLife> {
  return withCleanup(async (defer) => {
    const folder = await scratchFolder();
    defer(() => folder.remove());
    const vendor = await startChild(new URL("./vendor-script.ts", import.meta.url));
    defer(() => vendor.stop());
    const settings = {
      database: join(folder.path, "safelight.db"),
      media: join(folder.path, "media"),
      vendorUrl: `http://127.0.0.1:${await vendor.ask<number>("port")}`,
      port: await freePort(),
    };
    const host = new MortalHost(settings);
    defer(() => host.stop());
    await host.start();
    const visitors = new Visitors(`http://127.0.0.1:${settings.port}`);
    defer(() => visitors.leave());
    const over = new AbortController();
    const sampling = takeSamples(host, over.signal);
    const killing = killOften(host, minutes, over.signal);
    // Whoever starts hosts has to be at rest before the last one is stopped.
    defer(() => {
      over.abort();
      return Promise.allSettled([sampling, killing]);
    });
    await Promise.race([
      visitors.submitFor(minutes * 60_000, submitsPerSecond),
      failureOf(killing),
      failureOf(sampling),
    ]);
    await killing;
    over.abort();
    const samples = await sampling;
    await visitors.untilAllEnded(endsWithinMs);
    const found = (await host.child?.ask<readonly unknown[]>("audit")) ?? ["there is no host"];
    const missing = visitors.missing();
    await visitors.leave();
    await host.stop();
    const paid = await vendor.ask<Paid>("paid");
    const { acknowledged, failures, submits } = visitors;
    const stock = takeStock(settings.database, { acknowledged, paid });
    const faults = [
      ...stock.faults,
      ...found.map((each) => `the audit finds ${JSON.stringify(each)}`),
      ...(missing.length > 0 ? [`of ${missing.length}, nobody was told that they have ended`] : []),
    ];
    return { submits, failures, outages: host.outages, samples, stock: { ...stock, faults } };
  });
}

/** Never ends well: that the next host did not start should be known at once. */
async function failureOf(work: Promise<unknown>): Promise<never> {
  await work;
  return new Promise(() => {});
}

/** Every minute, until the last host may grow old, or all is over. */
async function killOften(host: MortalHost, minutes: number, signal: AbortSignal): Promise<void> {
  const began = performance.now();
  for (let minute = 1; minute <= minutes - lastLifeMinutes(minutes); minute += 1) {
    await pause(began + minute * killEveryMs - performance.now(), null, { signal }).catch(() => {});
    if (signal.aborted) return;
    await host.killAndStart();
    console.error(`  minute ${minute} of ${minutes}: killed and started`);
  }
}

/** How long the last host lives, in minutes: what only grows shows in a long life. */
function lastLifeMinutes(minutes: number): number {
  return Math.min(5, Math.ceil(minutes / 2));
}
