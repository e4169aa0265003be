import { fork } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Database from "libsql";
import { libsqlStore } from "../../src/lib/store/libsql/libsql-store.js";
import { Scenario } from "../../src/lib/testing/store-contract/scenario.js";
import { bundleScript } from "../bundle-script.js";
import type { Proof } from "../proof.js";
import { scratchFolder } from "../scratch-folder.js";

/** Every so many statements of the migrations is died before. */
const strides = { short: 12, long: 1 };

/** A process dies before a statement of the migrations while another one migrates; a third one finishes. */
export const killedMigration: Proof = {
  id: "F21",
  title: "a process dies before each statement of the migrations, while another one migrates, too (P19)",
  proves: ["I1", "I7"],
  async run({ scale, onProgress }) {
    const script = await bundleScript(new URL("./migrator.ts", import.meta.url));
    const violations: string[] = [];
    const whole = await schemaAfter(script.path, { diesBefore: null, isRaced: false });
    let deaths = 0;
    for (let tries = 0, isRaced = true; ; tries += 1) {
      const statement = 1 + Math.floor(tries / 2) * strides[scale];
      isRaced = !isRaced;
      const { hasDied, schema } = await schemaAfter(script.path, { diesBefore: statement, isRaced });
      if (schema !== whole.schema) {
        violations.push(`after a death before statement ${statement} the schema is another one`);
      }
      if (hasDied) deaths += 1;
      // Past the last statement. Beside another one, who comes second may have none to die before at any time.
      if (!hasDied && !isRaced) break;
      onProgress?.(deaths, deaths);
    }
    await script.remove();
    if (deaths === 0) violations.push("nobody died");
    return { runs: deaths, faults: deaths, violations };
  },
};

/** Lets one die, with or without another one beside it; migrates the rest, and uses it. Gives what the file then holds. */
async function schemaAfter(
  script: string,
  { diesBefore, isRaced }: { readonly diesBefore: number | null; readonly isRaced: boolean },
): Promise<{ readonly hasDied: boolean; readonly schema: string }> {
  const folder = await scratchFolder();
  const path = join(folder, "test.db");
  const url = pathToFileURL(path).href;
  const mortal = diesBefore === null ? null : migrateIn(script, url, diesBefore);
  const other = isRaced ? migrateIn(script, url, 0) : null;
  const ends = [await mortal, await other];
  const store = libsqlStore({ url });
  await store.migrate();
  await new Scenario(store).accepted();
  const broken = await store.audit();
  await store.close();
  const database = new Database(path);
  const rows = database.prepare("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").all({});
  database.close();
  await rm(folder, { recursive: true, force: true });
  const unexpected = ends.filter((end) => end !== null && end !== "SIGKILL" && end !== "code 0");
  return { hasDied: ends[0] === "SIGKILL", schema: JSON.stringify([rows, broken, unexpected]) };
}

function migrateIn(script: string, url: string, diesBefore: number): Promise<string> {
  const child = fork(script, [url, String(diesBefore)], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `code ${code}`));
  });
}
