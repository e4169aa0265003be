import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readVariable, SettingsError } from "../server/environment.ts";
import { parseSettings } from "../server/settings.ts";
import { describeCluster, describeEvent } from "./describe-cluster.ts";
import { type Cluster, startCluster } from "./start-cluster.ts";

// Starts the demo on Postgres in several processes, until Ctrl+C.
const folder = dirname(import.meta.dirname);
let cluster: Cluster | null = null;
let isStopping = false;

process.on("SIGINT", stop).on("SIGTERM", stop);
try {
  const environment = { ...process.env, DATABASE_URL: "", REDIS_URL: "", DEMO_DB: "" };
  const { port, host } = parseSettings(environment, folder);
  const dataFolder = readVariable(environment, "DEMO_DATA");
  if (!existsSync(join(folder, "dist", "index.html")))
    throw new SettingsError("The page is not built: run `pnpm --filter ./examples/demo build`");
  console.log("Starting Postgres, two web processes and four workers …");
  cluster = await startCluster({
    folder,
    environment: process.env,
    port,
    host,
    dataFolder: dataFolder === null ? null : resolve(folder, dataFolder),
    onEvent: (event) => {
      const line = cluster === null || isStopping ? null : describeEvent(event);
      if (line !== null) console.log(line);
    },
  });
  if (isStopping) await cluster.stop();
  else console.log(describeCluster(cluster, { isKept: dataFolder !== null }));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function stop(): Promise<void> {
  // A second signal ends at once: the guard kills the processes.
  if (isStopping) process.exit(130);
  isStopping = true;
  console.log("\nEnding all processes …");
  await cluster?.stop();
  if (cluster !== null) process.exit(0);
}
