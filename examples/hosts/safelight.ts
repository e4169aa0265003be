import { demo } from "@safelight/demo-provider";
import { createSafelight, defineModel } from "@safelight/server";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { z } from "zod";

// The server of all hosts. Its files are in the working directory, which is empty at the start of each test.
export const safelight = createSafelight({
  store: libsqlStore({ url: "file:safelight.db" }),
  storage: fileStorage("./media"),
  identify: ({ headers }) => /^Bearer (\w+)$/.exec(headers.get("authorization") ?? "")?.[1] ?? null,
  models: {
    poster: defineModel({
      provider: demo({ vendorFile: "safelight-demo.db", stepMs: 150 }),
      input: z.object({ prompt: z.string().min(1).max(2000), steps: z.int().min(1).max(30).default(8) }),
      credits: 4,
    }),
  },
  credits: { initialGrant: 100 },
  // A killed process would delay its successor by the default lease of 30 seconds.
  worker: { leaseMs: 2_000 },
});
