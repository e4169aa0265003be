import { join } from "node:path";
import { createSafelight } from "../src/lib/compose/create-safelight.js";
import { defineModel } from "../src/lib/model/define-model.js";
import { memoryStorage } from "../src/lib/storage/memory-storage.js";
import { libsqlStore } from "../src/lib/store/libsql/libsql-store.js";
import { anyInput } from "../testing/fakes/any-input.js";
import { scriptedProvider } from "../testing/fakes/scripted-provider.js";

/**
 * A host that only runs the worker, on the database of a folder. Only the worker keeps the process alive: the channel to
 * the test does not.
 */
const [folder = "."] = process.argv.slice(2);
const safelight = createSafelight({
  store: libsqlStore({ url: `file:${join(folder, "safelight.db")}` }),
  storage: memoryStorage(),
  identify: () => null,
  models: { demo: defineModel({ provider: scriptedProvider(), input: anyInput, credits: 4 }) },
});

process.on("SIGTERM", () => safelight.close());
// The test has exited.
process.on("disconnect", () => process.exit(1));
safelight.worker.start();
process.send?.("started", () => process.channel?.unref());
