import { serve } from "@hono/node-server";
import { z } from "zod";
import { createSafelight } from "../../packages/server/src/lib/compose/create-safelight.js";
import { defineModel } from "../../packages/server/src/lib/model/define-model.js";
import { memoryStorage } from "../../packages/server/src/lib/storage/memory-storage.js";
import { scriptedProvider } from "../../packages/server/testing/fakes/scripted-provider.js";
import { openStore } from "../ground/open-store.js";

/** A host that serves without a worker, on the database of its first argument. The bearer token is the owner's id. */
const safelight = createSafelight({
  store: openStore(process.argv[2] ?? ""),
  storage: memoryStorage(),
  identify: ({ headers }) => /^Bearer (.+)$/.exec(headers.get("authorization") ?? "")?.[1] ?? null,
  models: {
    demo: defineModel({
      provider: scriptedProvider<{ prompt: string }>(),
      input: z.object({ prompt: z.string() }),
      credits: 4,
    }),
  },
  limits: { rate: false, maxActive: 1_000_000 },
  secret: "a secret that is long enough for proofs",
});
await safelight.migrate();
const server = serve({ fetch: safelight.handler, port: 0, hostname: "127.0.0.1" }, ({ port }) => process.send?.(port));
process.on("disconnect", () => {
  server.close();
  process.exit();
});
