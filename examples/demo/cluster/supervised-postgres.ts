import { type ChildProcess, fork } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { claimFolder } from "./claim-folder.ts";
import { postgresIsReady, predecessorEnds, prepareEmbeddedPostgres } from "./embedded-postgres.ts";
import type { GuardOrder } from "./guard-order.ts";
import { type ProcessEvent, type ProcessPlan, SupervisedProcess } from "./supervised-process.ts";

/** Registers a function that runs on stop. The last registered one runs first. */
export type OnStop = (cleanUp: () => Promise<unknown>) => void;

/** A running Postgres, and a way to start processes beside it. */
export interface SupervisedPostgres {
  readonly databaseUrl: string;
  readonly dataFolder: string;
  /** Starts a process, and resolves when it is ready. It is started again whenever it ends. */
  supervise(plan: ProcessPlan): Promise<SupervisedProcess>;
}

/**
 * Starts an embedded Postgres. On stop, the supervised processes end before it. If this process is killed, a guard ends all of
 * them.
 *
 * @param options.keptFolder absolute path of a folder that keeps the data; `null`: a temporary one, which is deleted at the end.
 * @param options.prefix start of the name of a temporary folder.
 * @param options.processes receives Postgres and then each further process.
 * @throws {SettingsError} when the folder is in use, or Postgres does not start.
 */
export async function startSupervisedPostgres(
  options: {
    readonly keptFolder: string | null;
    readonly prefix: string;
    readonly processes: SupervisedProcess[];
    readonly onEvent: (event: ProcessEvent) => void;
  },
  onStop: OnStop,
): Promise<SupervisedPostgres> {
  const { keptFolder, onEvent, processes } = options;
  const dataFolder = await openFolder(options, onStop);
  const guard = startGuard();
  onStop(async () => guard.kill());
  const supervise = async (plan: ProcessPlan): Promise<SupervisedProcess> => {
    const supervised = new SupervisedProcess(plan, (event) => {
      const pids = processes.flatMap(({ pid }) => pid ?? []);
      const order: GuardOrder = { pids, folder: keptFolder === null ? dataFolder : null };
      if (guard.connected) guard.send(order);
      onEvent(event);
    });
    processes.push(supervised);
    await supervised.start();
    return supervised;
  };
  const stopAll = (stopped: readonly SupervisedProcess[]) => Promise.all(stopped.map((one) => one.stop()));
  const postgres = await prepareEmbeddedPostgres(dataFolder);
  onStop(() => stopAll(processes.slice(0, 1)));
  await supervise({
    name: "postgres",
    spawn: postgres.spawn,
    ready: postgresIsReady,
    retried: predecessorEnds,
    stopSignal: "SIGINT",
  });
  onStop(() => stopAll(processes.slice(1)));
  return { databaseUrl: postgres.url, dataFolder, supervise };
}

async function openFolder(
  { keptFolder, prefix }: { readonly keptFolder: string | null; readonly prefix: string },
  onStop: OnStop,
): Promise<string> {
  if (keptFolder === null) {
    const folder = await mkdtemp(join(tmpdir(), prefix));
    onStop(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
    // The user of Postgres must reach its own folders below this one.
    await chmod(folder, 0o711);
    return folder;
  }
  await mkdir(keptFolder, { recursive: true, mode: 0o711 });
  onStop(await claimFolder(keptFolder));
  return keptFolder;
}

/** Starts the process that ends the others if this one is killed. */
function startGuard(): ChildProcess {
  const guard = fork(join(import.meta.dirname, "guard.ts"), {
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  guard.on("error", () => {});
  return guard;
}
