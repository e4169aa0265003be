import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Database from "libsql";
import { partsOf } from "../ground/open-postgres-store.js";

/** Messages from the parent process. */
export type HolderMessage = { readonly type: "hold"; readonly forMs: number } | { readonly type: "end" };

// A second process on the database: one connection keeps a read snapshot, the other holds a lock on request.
const url = process.argv[2];
if (url === undefined) throw new Error("The URL of the database is missing.");
const holder = url.startsWith("postgres:") ? await holdTable(url) : holdFile(fileURLToPath(url));

process.on("message", async (message: HolderMessage) => {
  if (message.type === "end") process.exit();
  await holder.hold();
  process.send?.("held");
  await pause(message.forMs);
  await holder.release();
  process.send?.("released");
});
process.send?.("ready");

interface LockHolder {
  hold(): Promise<void>;
  release(): Promise<void>;
}

/** Holds the one write lock of a file. */
function holdFile(path: string): LockHolder {
  const reader = new Database(path);
  reader.exec("BEGIN");
  reader.prepare("SELECT count(*) FROM safelight_generations").get();
  const writer = new Database(path, { timeout: 10_000 });
  return {
    hold: async () => void writer.exec("BEGIN IMMEDIATE"),
    release: async () => void writer.exec("COMMIT"),
  };
}

/** Holds all rows of owners, so that commands wait after their first lock; in turn, a table, so that reads wait, too. */
async function holdTable(address: string): Promise<LockHolder> {
  const { server, schema } = partsOf(address);
  const { default: pg } = await import("pg");
  const [reader, writer] = [1, 2].map(() => new pg.Client({ connectionString: server }));
  await reader?.connect();
  await reader?.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  await reader?.query(`SELECT count(*) FROM ${schema}.safelight_generations`);
  await reader?.query("COMMIT");
  await writer?.connect();
  let turn = 0;
  return {
    async hold() {
      turn += 1;
      await writer?.query("BEGIN");
      await writer?.query(
        turn % 2 === 1
          ? `SELECT id FROM ${schema}.safelight_owners FOR UPDATE`
          : `LOCK TABLE ${schema}.safelight_generations IN ACCESS EXCLUSIVE MODE`,
      );
    },
    release: async () => void (await writer?.query("COMMIT")),
  };
}
