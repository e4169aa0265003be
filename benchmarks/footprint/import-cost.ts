import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { medianOf } from "../frame/quantiles.ts";
import { spawnPinnedNode } from "./pinned-node.ts";

/** What `import()` of an entry takes of a new process, beyond that of an empty module. */
export interface ImportCost {
  readonly entry: string;
  readonly ms: number;
  readonly heapBytes: number;
  /** Why there are no figures. */
  readonly missing: string | null;
}

interface Told {
  readonly ms?: number;
  readonly heapBytes?: number;
  readonly missing?: string;
}

const packages = ["server", "client", "react"];
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

/** Imports each public entry in processes of their own, in turn, as many times as is said. */
export async function importCosts(times: number): Promise<readonly ImportCost[]> {
  const entries = (await Promise.all(packages.map(entriesOf))).flat();
  const told = new Map<string, Told[]>([empty, ...entries].map((entry) => [entry, []]));
  for (let round = 0; round < times; round += 1) {
    for (const [entry, answers] of told) answers.push(await importOnce(entry));
  }
  const nothing = middleOf(told.get(empty) ?? []);
  return entries.map((entry) => {
    const answers = told.get(entry) ?? [];
    const { heapBytes, ms } = middleOf(answers);
    const missing = answers.find((answer) => answer.missing !== undefined)?.missing ?? null;
    return { entry, ms: ms - nothing.ms, heapBytes: heapBytes - nothing.heapBytes, missing };
  });
}

/** What the packed package exports. */
async function entriesOf(name: string): Promise<readonly string[]> {
  const manifest = JSON.parse(await readFile(new URL(`../../packages/${name}/package.json`, import.meta.url), "utf8"));
  const names = Object.keys(manifest.publishConfig.exports).filter((key) => key !== "./package.json");
  return names.map((key) => `@safelight/${name}${key.slice(1)}`);
}

async function importOnce(entry: string): Promise<Told> {
  const child = spawnPinnedNode(["--expose-gc", "--input-type=module", "--eval", script, entry], {
    cwd: folder,
    stdio: ["ignore", "pipe", "ignore"],
  });
  if (child.stdout === null) throw new Error("Nothing can be read of the process.");
  const [answer] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (answer === "") throw new Error(`${entry} ended the process that has imported it.`);
  return JSON.parse(answer);
}

function middleOf(answers: readonly Told[]): { readonly ms: number; readonly heapBytes: number } {
  return {
    ms: medianOf(answers.map(({ ms }) => ms ?? Number.NaN)),
    heapBytes: medianOf(answers.map(({ heapBytes }) => heapBytes ?? Number.NaN)),
  };
}
