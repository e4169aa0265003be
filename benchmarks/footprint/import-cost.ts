import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { medianOf } from "../frame/quantiles.ts";
import { spawnPinnedNode } from "./pinned-node.ts";

/** Cost of `import()` of an entry in a new process, beyond that of an empty module. */
export interface ImportCost {
  readonly entry: string;
  readonly ms: number;
  readonly heapBytes: number;
  /** Why the import failed; `null` if it succeeded. */
  readonly missing: string | null;
}

interface ImportResult {
  readonly ms?: number;
  readonly heapBytes?: number;
  readonly missing?: string;
}

const packages = ["server", "client", "react", "demo-provider"];
const empty = "data:text/javascript,";
const folder = fileURLToPath(new URL("..", import.meta.url));

const script = `
const [entry] = process.argv.slice(1);
gc();
const before = process.memoryUsage().heapUsed;
const began = performance.now();
try {
  await import(entry);
  const ms = performance.now() - began;
  gc();
  console.log(JSON.stringify({ ms, heapBytes: process.memoryUsage().heapUsed - before }));
} catch (error) {
  console.log(JSON.stringify({ missing: error.message.split("\\n")[0] }));
}
process.exit();
`;

/** Imports each public entry in a new process, in turn, `times` times. */
export async function importCosts(times: number): Promise<readonly ImportCost[]> {
  const entries = (await Promise.all(packages.map(entriesOf))).flat();
  const results = new Map<string, ImportResult[]>([empty, ...entries].map((entry) => [entry, []]));
  for (let round = 0; round < times; round += 1) {
    for (const [entry, rounds] of results) rounds.push(await importOnce(entry));
  }
  const nothing = medianOfRounds(results.get(empty) ?? []);
  return entries.map((entry) => {
    const rounds = results.get(entry) ?? [];
    const { heapBytes, ms } = medianOfRounds(rounds);
    const missing = rounds.find((result) => result.missing !== undefined)?.missing ?? null;
    return { entry, ms: ms - nothing.ms, heapBytes: heapBytes - nothing.heapBytes, missing };
  });
}

/** Public entries of the published package. */
async function entriesOf(name: string): Promise<readonly string[]> {
  const manifest = JSON.parse(await readFile(new URL(`../../packages/${name}/package.json`, import.meta.url), "utf8"));
  const names = Object.keys(manifest.publishConfig.exports).filter((key) => key !== "./package.json");
  return names.map((key) => `@safelight/${name}${key.slice(1)}`);
}

async function importOnce(entry: string): Promise<ImportResult> {
  const child = spawnPinnedNode(["--expose-gc", "--input-type=module", "--eval", script, entry], {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
  if (child.stdout === null) throw new Error("The process has no stdout.");
  const [result] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (result === "") throw new Error(`The process exited during the import of ${entry}.`);
  return JSON.parse(result);
}

function medianOfRounds(rounds: readonly ImportResult[]): { readonly ms: number; readonly heapBytes: number } {
  return {
    ms: medianOf(rounds.map(({ ms }) => ms ?? Number.NaN)),
    heapBytes: medianOf(rounds.map(({ heapBytes }) => heapBytes ?? Number.NaN)),
  };
}
