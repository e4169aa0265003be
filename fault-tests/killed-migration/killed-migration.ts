import { fork } from "node:child_process";
import { bundleScript } from "../../packages/server/test/processes/bundle-script.js";
import { Scenario } from "../../packages/server/testing/store-contract/scenario.js";
import { openGround } from "../ground/open-ground.js";
import type { GroundSource } from "../ground/proving-ground.js";
import type { Proof } from "../proof.js";

/** Kills before every nth statement of the migrations. In Postgres a whole migration is one statement. */
const strides = { libsql: { short: 60, long: 1 }, postgres: { short: 1, long: 1 } };

/** A process is killed before a statement of the migrations while another one migrates; a third one finishes. */
export const killedMigration: Proof = {
  id: "F21",
  title: "a process is killed before each statement of the migrations, while another one migrates, too (P19)",
  proves: ["I1", "I7"],
  async run({ scale, ground, onProgress }) {
    const script = await bundleScript(new URL("./migrator.ts", import.meta.url));
    const violations: string[] = [];
    const whole = await schemaAfter({ script: script.path, ground, diesBefore: null, isRaced: false });
    let deaths = 0;
    for (let tries = 0, isRaced = true; ; tries += 1) {
      const statement = 1 + Math.floor(tries / 2) * strides[ground.kind][scale];
      isRaced = !isRaced;
      const { hasDied, schema } = await schemaAfter({ script: script.path, ground, diesBefore: statement, isRaced });
      if (schema !== whole.schema) {
        violations.push(`after a kill before statement ${statement} the schema differs`);
      }
      if (hasDied) deaths += 1;
      // Past the last statement. In a race, the second process may have no statement left, so only solo runs decide.
      if (!hasDied && !isRaced) break;
      onProgress?.(deaths, deaths);
    }
    await script.remove();
    if (deaths === 0) violations.push("no process was killed");
    return { runs: deaths, faults: deaths, violations };
  },
};

/** Migrates in a process that is killed, optionally beside another; completes the migration and returns the content. */
async function schemaAfter({
  script,
  ground: source,
  diesBefore,
  isRaced,
}: {
  readonly script: string;
  readonly ground: GroundSource;
  readonly diesBefore: number | null;
  readonly isRaced: boolean;
}): Promise<{ readonly hasDied: boolean; readonly schema: string }> {
  const ground = await openGround(source);
  const { url } = ground;
  const mortal = diesBefore === null ? null : migrateIn(script, { url, diesBefore });
  const other = isRaced ? migrateIn(script, { url, diesBefore: 0 }) : null;
  const ends = [await mortal, await other];
  const store = ground.open();
  await store.migrate();
  await new Scenario(store).accepted();
  const broken = await store.audit();
  await store.close();
  const schema = await ground.schema();
  await ground.drop();
  const unexpected = ends.filter((end) => end !== null && end !== "SIGKILL" && end !== "code 0");
  return { hasDied: ends[0] === "SIGKILL", schema: JSON.stringify([schema, broken, unexpected]) };
}

function migrateIn(
  script: string,
  { url, diesBefore }: { readonly url: string; readonly diesBefore: number },
): Promise<string> {
  const child = fork(script, [url, String(diesBefore)], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `code ${code}`));
  });
}
