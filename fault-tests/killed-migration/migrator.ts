import { fileURLToPath } from "node:url";
import Database from "libsql";
import { FileExecutor } from "../../packages/server/src/lib/store/libsql/executor/file-executor.js";
import { migrate } from "../../packages/server/src/lib/store/libsql/schema/migrate.js";
import { migrations } from "../../packages/server/src/lib/store/libsql/schema/migrations.js";

/** Migrates the file of its first argument, and kills itself before the statement with the number of the second one. */
const [url = "", diesBefore = "0"] = process.argv.slice(2);
let passed = 0;

function pass(): void {
  passed += 1;
  if (passed === Number(diesBefore)) process.kill(process.pid, "SIGKILL");
}

const executor = new FileExecutor({
  path: fileURLToPath(url),
  load:
    async () =>
    (file, { timeout }) => {
      const database = new Database(file, { timeout });
      return {
        get inTransaction() {
          return database.inTransaction;
        },
        exec: (sql) => {
          pass();
          return database.exec(sql);
        },
        close: () => database.close(),
        prepare(sql) {
          const statement = database.prepare(sql);
          return {
            all(args) {
              pass();
              return statement.all(args);
            },
            run(args) {
              pass();
              return statement.run(args);
            },
          };
        },
      };
    },
  synchronous: "full",
  busyTimeoutMs: 5_000,
  random: Math.random,
});
await migrate(executor, migrations);
await executor.close();
