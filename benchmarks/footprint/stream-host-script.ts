import { serve } from "@hono/node-server";
import { createSafelight, defineModel } from "@safelight/server";
import { custom } from "@safelight/server/custom";
import { libsqlStore } from "@safelight/server/libsql";
import { memoryStorage } from "@safelight/server/memory-storage";
import { z } from "zod";
import { handleCommands } from "../frame/handle-commands.ts";
import { memoryOf } from "./memory-of.ts";

handleCommands({
  /** Serves on the given port and database, with a worker. */
  async start({ port, url }: { readonly port: number; readonly url: string }): Promise<void> {
    const safelight = createSafelight({
      store: libsqlStore({ url }),
      storage: memoryStorage(),
      identify: ({ headers }) => headers.get("authorization"),
      models: {
        poster: defineModel({
          provider: custom<{ prompt: string }>({ id: "nothing", run: async () => [] }),
          input: z.object({ prompt: z.string() }),
          credits: 4,
        }),
      },
      secret: "a secret that is long enough for benchmarks",
    });
    await safelight.migrate();
    safelight.worker.start();
    await new Promise<void>((resolve) => {
      serve({ fetch: safelight.handler, port, hostname: "127.0.0.1" }, () => resolve());
    });
  },
  memory: memoryOf,
});
