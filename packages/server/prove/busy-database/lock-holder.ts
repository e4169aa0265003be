import Database from "libsql";

/** What the process is told. */
export type HolderOrder = { readonly type: "hold"; readonly forMs: number } | { readonly type: "end" };

// A second process on the file: a reader that never looks up, and now and then a writer that does not let go.
const path = process.argv[2];
if (path === undefined) throw new Error("The path of the database is missing.");

const reader = new Database(path);
reader.exec("BEGIN");
reader.prepare("SELECT count(*) FROM safelight_generations").get();
const writer = new Database(path, { timeout: 10_000 });

process.on("message", (order: HolderOrder) => {
  if (order.type === "end") process.exit();
  writer.exec("BEGIN IMMEDIATE");
  process.send?.("held");
  setTimeout(() => {
    writer.exec("COMMIT");
    process.send?.("released");
  }, order.forMs);
});
process.send?.("ready");
