import { spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import type { Environment } from "../server/environment.ts";
import { listen } from "../server/listen.ts";
import { closeProxy, createReverseProxy } from "./reverse-proxy.ts";
import { type OnStop, startSupervisedPostgres } from "./supervised-postgres.ts";
import type { ProcessEvent, ProcessPlan, SupervisedProcess } from "./supervised-process.ts";

/** Number of web processes. */
const webs = 2;
/** Number of worker processes. */
const workers = 4;

/** Options of a cluster. */
export interface ClusterOptions {
  /** The demo's own folder. */
  readonly folder: string;
  /** Variables of all processes. Those of the database, the port and the role are replaced. */
  readonly environment: Environment;
  /** 0 selects a free port. */
  readonly port: number;
  /** `null`: all interfaces. */
  readonly host: string | null;
  /** Absolute path of a folder that keeps the data; `null`: a temporary one, which is deleted at the end. */
  readonly dataFolder: string | null;
  readonly onEvent: (event: ProcessEvent) => void;
}

/** The demo on Postgres in several processes, behind one address. */
export interface Cluster {
  /** Without a trailing slash. */
  readonly url: string;
  readonly databaseUrl: string;
  readonly dataFolder: string;
  /** Postgres, then the web processes, then the workers. */
  readonly processes: readonly SupervisedProcess[];
  /** Ends all processes, the database last, and deletes temporary data. */
  stop(): Promise<void>;
}

/**
 * Starts Postgres, the web processes, the workers and a reverse proxy in front of them, and waits until all are ready.
 * From then on, each process that ends is restarted.
 *
 * @throws {SettingsError} when the port or the data folder is in use, or a process does not start.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const cleanUps: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  };
  try {
    const running = await start(options, (cleanUp) => void cleanUps.push(cleanUp));
    return { ...running, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: ClusterOptions, onStop: OnStop): Promise<Omit<Cluster, "stop">> {
  const processes: SupervisedProcess[] = [];
  const proxy = createReverseProxy(() => processes.flatMap((supervised) => portOf(supervised) ?? []));
  await listen(proxy, options);
  onStop(() => closeProxy(proxy));
  const { databaseUrl, dataFolder, supervise } = await startSupervisedPostgres(
    { keptFolder: options.dataFolder, prefix: "safelight-cluster-", processes, onEvent: options.onEvent },
    onStop,
  );
  const plan = { ...options, databaseUrl, dataFolder };
  // The first process creates the tables, so that the others start at once.
  await supervise(demoProcess({ ...plan, name: "web 1", role: "web" }));
  const others = [
    ...names("web", webs)
      .slice(1)
      .map((name) => ({ name, role: "web" }) as const),
    ...names("worker", workers).map((name) => ({ name, role: "worker" }) as const),
  ];
  await Promise.all(others.map((other) => supervise(demoProcess({ ...plan, ...other }))));
  // The address of a TCP server is an object.
  const { port } = proxy.address() as AddressInfo;
  return { url: `http://localhost:${port}`, databaseUrl, dataFolder, processes };
}

function names(role: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${role} ${index + 1}`);
}

function demoProcess(options: {
  readonly name: string;
  readonly role: "web" | "worker";
  readonly folder: string;
  readonly environment: Environment;
  readonly databaseUrl: string;
  readonly dataFolder: string;
}): ProcessPlan {
  const { name, role, folder, databaseUrl, dataFolder } = options;
  const environment = {
    ...options.environment,
    DATABASE_URL: databaseUrl,
    DEMO_DB: "",
    DEMO_DATA: dataFolder,
    DEMO_ROLE: role,
    // The proxy alone has the public address.
    HOST: "127.0.0.1",
    PORT: "0",
  };
  return {
    name,
    ready: role === "web" ? webIsReady : /\(worker only\)/,
    stopSignal: "SIGTERM",
    spawn: () =>
      spawn(process.execPath, ["server/main.ts"], {
        cwd: folder,
        env: environment,
        // A process group of its own does not receive the Ctrl+C of the terminal.
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      }),
  };
}

/** The address, and the start of the last line. */
const webIsReady = /http:\/\/localhost:(\d+)[\s\S]*Process \d+:/;

/** The port of a web process that is ready. */
function portOf({ readyOutput }: SupervisedProcess): number | null {
  const port = webIsReady.exec(readyOutput ?? "")?.[1];
  return port === undefined ? null : Number(port);
}
