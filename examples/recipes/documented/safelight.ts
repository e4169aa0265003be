import { demo } from "@safelight/demo-provider";
import { createSafelight, defineModel } from "@safelight/server";
import { libsqlStore } from "@safelight/server/libsql";
import { memoryStorage } from "@safelight/server/memory-storage";
import { z } from "zod";
import { identify } from "./identify.ts";

/** The server of the recipes. Its `identify` is that of the recipe for Better Auth. */
export const safelight = createSafelight({
  store: libsqlStore({ url: "file:safelight.db" }),
  storage: memoryStorage(),
  identify,
  models: {
    poster: defineModel({
      provider: demo({ vendorFile: "vendor.db" }),
      input: z.object({ prompt: z.string().min(1) }),
      credits: 4,
    }),
  },
  credits: { initialGrant: 10 },
});
export type App = typeof safelight;
