import { demo } from "@safelight/demo-provider";
import { createSafelight, defineModel } from "@safelight/server";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { z } from "zod";
import { formats } from "@/formats";
import { visitorOf } from "@/visitor";

// Both models share the demo's vendor file.
const vendorFile = "safelight-demo.db";
const prompt = z.string().trim().min(1).max(2000);

/** Safelight's server. Next imports this module during the build too, so it starts nothing. */
export const safelight = createSafelight({
  store: libsqlStore({ url: "file:safelight.db" }),
  storage: fileStorage("media"),
  identify: ({ headers }) => visitorOf(headers),
  models: {
    poster: defineModel({
      provider: demo({ vendorFile }),
      input: z.object({ prompt, size: z.literal([512, 1024]).default(512) }),
      credits: ({ size }) => (size === 512 ? formats.small : formats.large).credits,
    }),
    reel: defineModel({
      kind: "video",
      provider: demo({ vendorFile, kind: "video" }),
      input: z.object({ prompt }),
      credits: formats.reel.credits,
    }),
  },
  credits: { initialGrant: 20 },
  secret: process.env.SAFELIGHT_SECRET,
  // "request": requests do the work, on platforms without a long-lived process. "loop": `instrumentation.ts` starts a worker.
  worker: { mode: process.env.SAFELIGHT_WORKER === "request" ? "request" : "loop" },
});

/** The type for the browser's client and hooks. */
export type App = typeof safelight;
