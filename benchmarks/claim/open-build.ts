import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { GateLimit } from "../../packages/server/src/lib/ports/store/gate-limit.js";
import type { Scenario } from "./scenarios.ts";

/** A built `@safelight/server`: of this commit, or of another one. */
export interface Build {
  readonly name: string;
  readonly server: typeof import("@safelight/server");
  readonly libsql: typeof import("@safelight/server/libsql");
  readonly custom: typeof import("@safelight/server/custom");
  readonly memory: typeof import("@safelight/server/memory-storage");
}

/** @param folder of the package, with its `dist`. */
export async function openBuild(folder: string): Promise<Build> {
  const load = (entry: string) => import(pathToFileURL(resolve(join(folder, "dist", `${entry}.js`))).href);
  const [server, libsql, custom, memory] = await Promise.all(["index", "libsql", "custom", "memory-storage"].map(load));
  return { name: folder, server, libsql, custom, memory };
}

const concurrency = 24;
const rate = { requests: 60_000, perMs: 60_000 };
/** The limits that a worker of the host knows. */
export const limitsOf = ({ gates }: Scenario): readonly GateLimit[] =>
  Array.from({ length: gates }, (_, gate) => ({
    key: `vendor-${gate}`,
    concurrency,
    rate: { intervalMs: 1, burst: 6_000 },
  }));

/** A host without a worker, on a new file. */
export function openHost(
  { custom, libsql, memory, server }: Build,
  { file, gates }: Pick<Scenario, "gates"> & { readonly file: string },
) {
  const store = libsql.libsqlStore({ url: `file:${file}` });
  const modelOf = (gate: number) => {
    const vendor = custom.custom({
      id: `vendor-${gate}`,
      ...(gates > 0 && { limits: { concurrency, rate } }),
      run: async () => [],
    });
    return [`model-${gate}`, server.defineModel({ provider: vendor, input: anyInput, credits: 4 })] as const;
  };
  const safelight = server.createSafelight({
    store,
    storage: memory.memoryStorage(),
    identify: ({ headers }) => headers.get("authorization"),
    models: Object.fromEntries(Array.from({ length: Math.max(gates, 1) }, (_, gate) => modelOf(gate))),
    credits: { initialGrant: 1_000_000 },
    limits: { rate: false, refunds: false, maxActive: false },
    logger: { debug() {}, info() {}, warn() {}, error: console.error },
    secret: "a secret that is long enough for benchmarks",
  });
  return { safelight, store };
}

const anyInput = {
  "~standard": { version: 1 as const, vendor: "benchmark", validate: (value: unknown) => ({ value }) },
};
