import type { Absent, Figures } from "../frame/compare.ts";
import { cpuSeconds } from "../frame/cpu-time.ts";
import { isInstalled, notInstalled } from "../frame/is-installed.ts";
import { scratchFolder } from "../frame/scratch-folder.ts";
import { type Child, startChild } from "../frame/servers/child.ts";
import type { PeerServer } from "../frame/servers/peer-server.ts";
import { withCleanup } from "../frame/with-cleanup.ts";
import type { Load, LoadFigures } from "./load-script.ts";
import type { HostStart, Totals } from "./serve-host.ts";
import { balancesAfter } from "./traffic.ts";

const hostCore = 0;
const loadCore = 1;
const loadScript = new URL("load-script.ts", import.meta.url);

/** A host and its dependencies. */
export interface HostSetup {
  readonly script: URL;
  readonly isTuned: boolean;
  /** Starts the database server of the host, such as Redis. */
  readonly startServer?: () => Promise<PeerServer | Absent>;
}

/** How long the load lasts, in seconds. */
export interface Duration {
  readonly warmUp: number;
  readonly measured: number;
}

/** Figures of one host in one round. */
export interface SubmitFigures extends Figures {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time per 1,000 submits, in seconds. */
  readonly hostCpu: number;
  /** The same of Redis or Postgres; 0 without one. */
  readonly serverCpu: number;
  /** Share of its core that the host used, from 0 to 1. */
  readonly hostBusy: number;
  /** Share of its core that the load generator used, from 0 to 1. */
  readonly loadBusy: number;
  readonly responseBytes: number;
}

/** Measures a host on a new database, then checks the database: each accepted submit must be stored and paid. */
export function measureHost(setup: HostSetup, duration: Duration): Promise<SubmitFigures | Absent> {
  return withCleanup(async (defer) => {
    if (!isInstalled(setup.script)) return notInstalled;
    const server = (await setup.startServer?.()) ?? null;
    if (server !== null && "absent" in server) return server;
    if (server !== null) defer(() => server.stop());
    const folder = await scratchFolder();
    defer(() => folder.remove());
    const host = await startChild(setup.script, { core: hostCore });
    defer(() => host.stop());
    const load = await startChild(loadScript, { core: loadCore });
    defer(() => load.stop());
    const start: HostStart = { folder: folder.path, url: server?.url ?? "", isTuned: setup.isTuned };
    const port = await host.run<number>("start", start);
    const warmUp = await warm(load, { port, seconds: duration.warmUp });
    const submits = Math.ceil(warmUp.perSecond * duration.measured);
    const before = [cpuSeconds(host.pid), server === null ? 0 : cpuSeconds(server.pid)] as const;
    const measured = await load.run<LoadFigures>("submit", { port, submits } satisfies Load);
    const hostSeconds = cpuSeconds(host.pid) - before[0];
    const serverSeconds = server === null ? 0 : cpuSeconds(server.pid) - before[1];
    check(await host.run<Totals>("readTotals"), warmUp.submits + submits);
    return {
      perSecond: submits / measured.seconds,
      p50: measured.p50,
      p99: measured.p99,
      hostCpu: (hostSeconds / submits) * 1_000,
      serverCpu: (serverSeconds / submits) * 1_000,
      hostBusy: hostSeconds / measured.seconds,
      loadBusy: measured.cpuSeconds / measured.seconds,
      responseBytes: measured.responseBytes,
    };
  });
}

/** Maximum rate of the load generator, in submits per second, against a socket that responds at once. */
export function measureGenerator(duration: Duration): Promise<number> {
  return withCleanup(async (defer) => {
    const socket = await startChild(new URL("socket-script.ts", import.meta.url), { core: hostCore });
    defer(() => socket.stop());
    const load = await startChild(loadScript, { core: loadCore });
    defer(() => load.stop());
    const port = await socket.run<number>("start");
    const { perSecond } = await warm(load, { port, seconds: duration.warmUp });
    const submits = Math.ceil(perSecond * duration.measured);
    const { seconds } = await load.run<LoadFigures>("submit", { port, submits } satisfies Load);
    return submits / seconds;
  });
}

/** Doubles the load until it takes about half of `seconds`. The last load determines the rate. */
async function warm(
  load: Child,
  { port, seconds }: { readonly port: number; readonly seconds: number },
): Promise<{ readonly submits: number; readonly perSecond: number }> {
  let sent = 0;
  for (let submits = 64; ; submits *= 2) {
    const figures = await load.run<LoadFigures>("submit", { port, submits } satisfies Load);
    sent += submits;
    if (figures.seconds > seconds / 2) return { submits: sent, perSecond: submits / figures.seconds };
  }
}

function check({ balances, faults, submits }: Totals, sent: number): void {
  const expected = balancesAfter(sent);
  const wrong = balances?.filter((balance, index) => balance !== expected[index]).length ?? 0;
  if (submits === sent && wrong === 0 && faults.length === 0) return;
  const found = [`${submits} are stored`, `${wrong} balances are wrong`, ...faults.slice(0, 5)];
  throw new Error(`Of ${sent} accepted submits ${found.join("; ")}.`);
}
