import { serve } from "@hono/node-server";
import { demo } from "@safelight/demo-provider";
import { createSafelight, defineModel } from "@safelight/server";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { Hono } from "hono";
import { z } from "zod";

/** The README's host, on the port of the first argument. Its files are in the working directory. */
const safelight = createSafelight({
  store: libsqlStore({ url: "file:safelight.db" }),
  storage: fileStorage("./media"),
  identify: () => "me",
  models: {
    poster: defineModel({
      provider: demo({ vendorFile: "safelight-demo.db" }),
      input: z.object({ prompt: z.string().min(1).max(2000) }),
      credits: 4,
    }),
  },
  credits: { initialGrant: 100 },
  secret: "a secret that is long enough for benchmarks",
});
export type App = typeof safelight;

const app = new Hono().route("/api/generations", safelight.app);
safelight.worker.start();
serve({ fetch: app.fetch, port: Number(process.argv[2]), hostname: "127.0.0.1" });
