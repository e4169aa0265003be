import { spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { closeProxy, createReverseProxy } from "../../demo/cluster/reverse-proxy.ts";
import { type OnStop, startSupervisedPostgres } from "../../demo/cluster/supervised-postgres.ts";
import type { ProcessEvent, SupervisedProcess } from "../../demo/cluster/supervised-process.ts";
import { loadDemoSecret } from "../../demo/server/demo-secret.ts";
import { listen } from "../../demo/server/listen.ts";
import { fakeWebhookSecret } from "../../product/fake-stripe/event-sender.ts";
import { type FakeStripe, fakeApiKey, startFakeStripe } from "../../product/fake-stripe/fake-stripe.ts";
import type { Environment } from "../server/settings.ts";

const studioFolder = join(import.meta.dirname, "..");

export interface ClusterOptions {
  /** 0 selects a free port. */
  readonly port: number;
  /** `null`: all interfaces. */
  readonly host: string | null;
  /** Absolute path of a folder that keeps the data; `null`: a temporary one, which is deleted at the end. */
  readonly dataFolder: string | null;
  readonly webs: number;
  readonly workers: number;
  /** Further variables of the processes. */
  readonly environment: Environment;
  readonly onEvent: (event: ProcessEvent) => void;
}

/** A role of a process in a cluster. */
export interface StartedRole {
  /** Such as `web 1`. */
  readonly name: string;
  readonly role: "web" | "worker";
  /** Path of the program. @default this release's `server/main.ts` */
  readonly script?: string;
}

/** The studio on an embedded Postgres, in several processes behind one address, with a fake Stripe. */
export interface Cluster {
  /** Without a trailing slash. */
  readonly url: string;
  readonly dataFolder: string;
  /** Variables of each process, for further ones. */
  readonly environment: Environment;
  readonly stripe: FakeStripe;
  /** Postgres, then the others. Changed by `start` and `retire`. */
  readonly processes: readonly SupervisedProcess[];
  /** Starts a process, and resolves when it is ready. It is started again whenever it ends. */
  start(started: StartedRole): Promise<SupervisedProcess>;
  /** Ends a process for good, in an orderly way. */
  retire(process: SupervisedProcess): Promise<void>;
  /** Ends all processes, the database last, and deletes temporary data. */
  stop(): Promise<void>;
}

/** @throws {Error} when the port or the folder is in use, or a process does not start. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const cleanUps: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  };
  try {
    return { ...(await open(options, (cleanUp) => void cleanUps.push(cleanUp))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function open(options: ClusterOptions, onStop: OnStop): Promise<Omit<Cluster, "stop">> {
  const processes: SupervisedProcess[] = [];
  const proxy = createReverseProxy(() => processes.flatMap((one) => portOf(one) ?? []));
  await listen(proxy, options);
  onStop(() => closeProxy(proxy));
  const { port } = proxy.address() as AddressInfo; // The address of a TCP server is an object.
  const url = `http://localhost:${port}`;
  const stripe = await startFakeStripe();
  onStop(async () => stripe.close());
  stripe.events.webhookUrl = `${url}/api/shop/events`;
  const { databaseUrl, dataFolder, supervise } = await startSupervisedPostgres(
    { keptFolder: options.dataFolder, prefix: "safelight-studio-", processes, onEvent: options.onEvent },
    onStop,
  );
  const environment: Environment = {
    STRIPE_API_ORIGIN: stripe.origin,
    STRIPE_SECRET_KEY: fakeApiKey,
    STRIPE_WEBHOOK_SECRET: fakeWebhookSecret,
    STUDIO_DATA: dataFolder,
    STUDIO_SECRET: await loadDemoSecret(join(dataFolder, "secret")),
    ...options.environment,
    DATABASE_URL: databaseUrl,
    STUDIO_URL: url,
    // The proxy alone has the public address.
    HOST: "127.0.0.1",
    PORT: "0",
  };
  const start = ({ name, role, script = join(studioFolder, "server/main.ts") }: StartedRole) =>
    supervise({
      name,
      ready: isReady,
      stopSignal: "SIGTERM",
      spawn: () =>
        spawn(process.execPath, [script], {
          cwd: studioFolder,
          env: { ...process.env, ...environment, STUDIO_ROLE: role },
          // A process group of its own does not receive the Ctrl+C of the terminal.
          detached: true,
          stdio: ["ignore", "pipe", "pipe"],
        }),
    });
  const retire = async (retired: SupervisedProcess): Promise<void> => {
    const index = processes.indexOf(retired);
    if (index >= 0) processes.splice(index, 1);
    await retired.stop();
  };
  // The first process creates the tables, so that the others start at once.
  await start({ name: "web 1", role: "web" });
  await Promise.all([
    ...numbers(options.webs)
      .slice(1)
      .map((number) => start({ name: `web ${number}`, role: "web" })),
    ...numbers(options.workers).map((number) => start({ name: `worker ${number}`, role: "worker" })),
  ]);
  return { url, dataFolder, environment, stripe, processes, start, retire };
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

const isReady = /Studio \(\w+\)(?: on port (\d+))? is ready/;

/** The port of a web process that is ready. */
function portOf({ readyOutput }: SupervisedProcess): number | null {
  const port = isReady.exec(readyOutput ?? "")?.[1];
  return port === undefined ? null : Number(port);
}
