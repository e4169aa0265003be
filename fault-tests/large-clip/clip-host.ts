import { createServer } from "node:http";
import { join } from "node:path";
import { fileStorage } from "../../packages/server/src/file-storage.js";
import { createSafelight, defineModel } from "../../packages/server/src/index.js";
import { libsqlStore } from "../../packages/server/src/libsql.js";
import { toNodeHandler } from "../../packages/server/src/node.js";
import { anyInput } from "../../packages/server/testing/fakes/any-input.js";
import { scriptedProvider } from "../../packages/server/testing/fakes/scripted-provider.js";

/** A host in its own process, on the files of the folder that its first argument names. It sends its port. */
const [, , folder = ".", maxBytes = "0"] = process.argv;
const safelight = createSafelight({
  store: libsqlStore({ url: `file:${join(folder, "safelight.db")}` }),
  storage: fileStorage(join(folder, "media")),
  identify: () => "ada",
  models: { demo: defineModel({ provider: scriptedProvider(), input: anyInput, credits: 0 }) },
  secret: "a secret that is long enough for tests",
  limits: { maxInputVideoBytes: Number(maxBytes), maxUploadBytes: 2 * Number(maxBytes) },
});
const server = createServer(toNodeHandler(safelight));
server.listen(0, "127.0.0.1", () => process.send?.(server.address()));
process.on("disconnect", () => process.exit());
