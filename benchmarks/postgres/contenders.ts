import type { Absent } from "../frame/compare.ts";
import { isInstalled, notInstalled } from "../frame/is-installed.ts";
import { type Child, startChild } from "../frame/servers/child.ts";
import { withCleanup } from "../frame/with-cleanup.ts";
import type { BenchDatabase, SharedPostgres } from "./shared-postgres.ts";
import type { Start } from "./workload.ts";

/** A queue, or Safelight, with a script that knows the same commands. */
export interface Product {
  readonly name: string;
  readonly script: URL;
  /** Passed to the command `work`. */
  readonly work?: Readonly<Record<string, unknown>>;
}

const pgBoss = new URL("../peers/postgres/pg-boss-script.ts", import.meta.url);

export const safelight: Product = { name: "Safelight", script: new URL("./safelight-script.ts", import.meta.url) };
export const pgBossSingle: Product = {
  name: "pg-boss, jobs completed one by one",
  script: pgBoss,
  work: { isBatched: false },
};
export const pgBossBatched: Product = {
  name: "pg-boss, jobs completed in batches",
  script: pgBoss,
  work: { isBatched: true },
};
export const graphileWorker: Product = {
  name: "graphile-worker",
  script: new URL("../peers/postgres/graphile-worker-script.ts", import.meta.url),
};
export const bullmq: Product = {
  name: "BullMQ",
  script: new URL("../peers/postgres/bullmq-script.ts", import.meta.url),
};

/** Starts a process of the product. */
export async function startProduct({ script }: Product, settings: Start): Promise<Child> {
  const child = await startChild(script);
  try {
    await child.run("start", settings);
    return child;
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** Creates a database with a filling process of the product, runs the work, and drops both. */
export async function onNewDatabase<Measured>(
  postgres: SharedPostgres,
  {
    connections,
    measure,
    product,
  }: {
    readonly product: Product;
    /** Of the process. */
    readonly connections: number;
    readonly measure: (child: Child, database: BenchDatabase) => Promise<Measured>;
  },
): Promise<Measured | Absent> {
  if (!isInstalled(product.script)) return notInstalled;
  return withCleanup(async (defer) => {
    const database = await postgres.createDatabase();
    defer(() => database.drop());
    const child = await startProduct(product, { url: database.url, connections });
    defer(() => child.stop());
    return measure(child, database);
  });
}
