import { join } from "node:path";
import { parseArgs } from "node:util";
import { createAdmin } from "../src/lib/admin/create-admin.js";
import { createSafelight } from "../src/lib/compose/create-safelight.js";
import { defineModel } from "../src/lib/model/define-model.js";
import type { OperatorActionRecord } from "../src/lib/ports/store/operator-store.js";
import { memoryStorage } from "../src/lib/storage/memory-storage.js";
import { libsqlStore } from "../src/libsql.js";
import { anyInput } from "../testing/fakes/any-input.js";
import { scriptedProvider } from "../testing/fakes/scripted-provider.js";

/** Sends one action to an operator page on the file of a folder. The process kills itself after the commit of its effect. */
const { values } = parseArgs({
  options: { folder: { type: "string" }, path: { type: "string" }, fields: { type: "string" } },
});
const { folder = ".", path = "", fields = "" } = values;

const store = libsqlStore({ url: `file:${join(folder, "safelight.db")}` });

const killAfter =
  <Command>(act: (command: Command) => Promise<OperatorActionRecord>) =>
  async (command: Command): Promise<OperatorActionRecord> => {
    const record = await act(command);
    process.kill(process.pid, "SIGKILL");
    return record;
  };

const safelight = createSafelight({
  store: {
    ...store,
    cancelByOperator: killAfter(store.cancelByOperator),
    wakeByOperator: killAfter(store.wakeByOperator),
    endByOperator: killAfter(store.endByOperator),
    adjustByOperator: killAfter(store.adjustByOperator),
    removeByOperator: killAfter(store.removeByOperator),
  },
  storage: memoryStorage(),
  identify: () => null,
  models: { demo: defineModel({ provider: scriptedProvider<unknown>(), input: anyInput, credits: 4 }) },
  secret: "a secret that is long enough for tests",
  credits: { initialGrant: 100 },
});
const admin = createAdmin(safelight, { authorize: () => ({ actor: "grace", may: "everything" }) });
const response = await admin.handler(
  new Request(`http://localhost/admin/safelight${path}`, {
    method: "POST",
    headers: { origin: "http://localhost", "content-type": "application/x-www-form-urlencoded" },
    body: fields,
  }),
);
console.error(`The process survived with the response ${response.status}: ${await response.text()}`);
process.exit(1);
