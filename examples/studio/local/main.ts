import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { describeEvent } from "../../demo/cluster/describe-cluster.ts";
import { loadDemoSecret } from "../../demo/server/demo-secret.ts";
import { createStaff } from "./create-staff.ts";
import { type Cluster, startCluster } from "./start-cluster.ts";

// Starts the studio without Docker and without a key, until Ctrl+C: Postgres, two web processes, two workers, a fake Stripe.
const folder = join(import.meta.dirname, "..");
const dataFolder = resolve(folder, process.env.STUDIO_DATA ?? ".data");
let cluster: Cluster | null = null;
let isStopping = false;

process.on("SIGINT", stop).on("SIGTERM", stop);
try {
  if (!existsSync(join(folder, "dist", "index.html"))) throw new Error("The page is not built: run `pnpm studio`.");
  console.log("Starting Postgres, two web processes and two workers …");
  cluster = await startCluster({
    port: Number(process.env.PORT ?? 3000),
    host: process.env.HOST ?? null,
    dataFolder,
    webs: 2,
    workers: 2,
    environment: { STUDIO_DATA: dataFolder },
    onEvent: (event) => {
      const line = cluster === null || isStopping ? null : describeEvent(event);
      if (line !== null) console.log(line);
    },
  });
  const email = "staff@studio.example";
  const password = (await loadDemoSecret(join(dataFolder, "staff-password"))).slice(0, 20);
  await createStaff(cluster.environment, { email, password });
  console.log(`Open ${cluster.url}, and sign up. Payments go to a fake Stripe.`);
  console.log(`Staff: sign in as ${email} with ${password}, and open ${cluster.url}/admin.`);
  console.log(`Ctrl+C ends all processes. The data stays in ${dataFolder}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await cluster?.stop();
  process.exitCode = 1;
}

async function stop(): Promise<void> {
  // A second signal ends at once: the guard kills the processes.
  if (isStopping) process.exit(130);
  isStopping = true;
  console.log("\nEnding all processes …");
  await cluster?.stop();
  process.exit(0);
}
