import { createSafelight, defineModel } from "@safelight/server";
import { demo } from "@safelight/server/demo";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { z } from "zod";
import { visitorOf } from "@/visitor";

/** The whole of Safelight on the server. Next imports this also while it builds: it starts nothing. */
export const safelight = createSafelight({
  store: libsqlStore({ url: "file:safelight.db" }),
  storage: fileStorage("media"),
  identify: ({ headers }) => visitorOf(headers),
  models: {
    poster: defineModel({
      provider: demo({ vendorFile: "safelight-demo.db" }),
      input: z.object({ prompt: z.string().trim().min(1).max(2000), size: z.literal([512, 1024]).default(512) }),
      credits: ({ size }) => (size === 512 ? 4 : 8),
    }),
  },
  credits: { initialGrant: 20 },
  secret: process.env.SAFELIGHT_SECRET,
  // "request": where no process lives on, and requests do the work. "loop": `instrumentation.ts` starts a worker.
  worker: { mode: process.env.SAFELIGHT_WORKER === "request" ? "request" : "loop" },
});

/** What the browser's client and hooks are typed by. */
export type App = typeof safelight;
