import { demo } from "@safelight/demo-provider";
import { createSafelight, defineModel } from "@safelight/server";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { z } from "zod";
import { userOf } from "./session.server";

/** Safelight's server. It starts nothing: `server.ts` starts the worker. */
export const safelight = createSafelight({
  store: libsqlStore({ url: "file:safelight.db" }),
  storage: fileStorage("media"),
  identify: ({ headers }) => userOf(headers),
  models: {
    poster: defineModel({
      provider: demo({ vendorFile: "safelight-demo.db" }),
      input: z.object({ prompt: z.string().trim().min(1).max(2000) }),
      credits: 4,
    }),
  },
  credits: { initialGrant: 10 },
  secret: process.env.SAFELIGHT_SECRET,
});

/** The type for the client and the hooks. */
export type App = typeof safelight;
