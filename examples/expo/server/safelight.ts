import { demo } from "@safelight/demo-provider";
import { createSafelight, defineModel } from "@safelight/server";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { z } from "zod";

export const safelight = createSafelight({
  store: libsqlStore({ url: "file:safelight.db" }),
  storage: fileStorage("media"),
  // Replace this with the verification of your token: docs/recipes/bearer-tokens.md. `null` means signed out.
  identify: ({ headers }) => /^Bearer (\w+)$/.exec(headers.get("authorization") ?? "")?.[1] ?? null,
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
export type App = typeof safelight;
