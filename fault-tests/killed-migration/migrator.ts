import { openStore } from "../ground/open-store.js";

/** Migrates the database of its first argument, and kills itself before the statement with the number of the second one. */
const [url = "", diesBefore = "0"] = process.argv.slice(2);
let passed = 0;

const store = openStore(url, {
  onStatement: () => {
    passed += 1;
    if (passed === Number(diesBefore)) process.kill(process.pid, "SIGKILL");
  },
});
await store.migrate();
await store.close();
