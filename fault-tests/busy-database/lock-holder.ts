import { fileURLToPath } from "node:url";
import Database from "libsql";

/** Messages from the parent process. */
export type HolderMessage = { readonly type: "hold"; readonly forMs: number } | { readonly type: "end" };

// A second process on the file: one connection keeps a read snapshot, the other holds the write lock on request.
const url = process.argv[2];
if (url === undefined) throw new Error("The URL of the database is missing.");
const path = fileURLToPath(url);

const reader = new Database(path);
reader.exec("BEGIN");
reader.prepare("SELECT count(*) FROM safelight_generations").get();
const writer = new Database(path, { timeout: 10_000 });

process.on("message", (message: HolderMessage) => {
  if (message.type === "end") process.exit();
  writer.exec("BEGIN IMMEDIATE");
  process.send?.("held");
  setTimeout(() => {
    writer.exec("COMMIT");
    process.send?.("released");
  }, message.forMs);
});
process.send?.("ready");
