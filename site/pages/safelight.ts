import { demo } from "@safelight/demo-provider";
import { createSafelight, defineModel } from "@safelight/server";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { z } from "zod";

export const safelight = createSafelight({
  store: libsqlStore({ url: "file:safelight.db" }),
  storage: fileStorage("./media"),
  identify: () => "me", // the user's id from your session, or null when signed out
  models: {
    poster: defineModel({
      provider: demo({ vendorFile: "safelight-demo.db" }),
      input: z.object({ prompt: z.string().min(1).max(2000) }),
      credits: 4,
    }),
  },
  credits: { initialGrant: 100 },
});
export type App = typeof safelight;
