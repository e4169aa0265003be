import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createAdmin } from "@safelight/server/admin";
import { quantileOf } from "../frame/quantiles.ts";
import { activateGenerations } from "./activate-generations.ts";
import { fillDatabase } from "./fill-database.ts";
import { planFill } from "./fill-plan.ts";
import { openHost } from "./open-host.ts";

/**
 * Prints the processor time of the operator's pages on a million generations, of which 20,000 are active. `--generations` sets
 * another number, at least 30,000.
 */
const pages = ["/", "/generations?q=state:queued", "/generations?q=is:stuck", "/generations?q=is:slow"];
const [warmUps, rounds] = [4, 15];
const { values } = parseArgs({ options: { generations: { type: "string", default: "1000000" } } });

const folder = await mkdtemp(join(process.env.BENCH_DIR ?? tmpdir(), "safelight-operator-"));
try {
  const file = join(folder, "filled.db");
  await fillDatabase(file, planFill(Number(values.generations)));
  activateGenerations(file);
  await measure(file);
} finally {
  await rm(folder, { recursive: true });
}

async function measure(file: string): Promise<void> {
  const { safelight, store } = openHost(file);
  const admin = createAdmin(safelight, { authorize: () => ({ actor: "benchmark", may: "read" }) });
  const read = async (path: string): Promise<number> => {
    const before = process.cpuUsage();
    const response = await admin.handler(new Request(`http://localhost/admin/safelight${path}`));
    await response.text();
    if (response.status !== 200) throw new Error(`${path} is ${response.status}.`);
    const { system, user } = process.cpuUsage(before);
    return (system + user) / 1_000;
  };
  for (const path of pages) {
    for (let round = 0; round < warmUps; round += 1) await read(path);
    const spent: number[] = [];
    for (let round = 0; round < rounds; round += 1) spent.push(await read(path));
    console.log(
      `${path}: ${quantileOf(spent, 0.5).toFixed(0)} ms of processor time, at most ${Math.max(...spent).toFixed(0)} ms`,
    );
  }
  await store.close();
}
