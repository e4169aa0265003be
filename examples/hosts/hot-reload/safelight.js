import { appendFileSync } from "node:fs";
import { createSafelight, defineModel } from "@safelight/server";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { z } from "zod";
import { studio } from "./studio.js";

const folder = process.env.DATA_FOLDER;
const input = z.object({ prompt: z.string() });
const edit = 0;

// The tests change the edit number and the models while the server runs.
export const safelight = createSafelight({
  store: libsqlStore({ url: `file:${folder}/safelight.db` }),
  storage: fileStorage(`${folder}/media`),
  identify: ({ headers }) => headers.get("x-user"),
  models: {
    poster: defineModel({ provider: studio({ folder, width: 1 }), input, credits: 1 }),
  },
  credits: { initialGrant: 1000 },
  limits: { rate: false },
  secret: "a secret that is long enough for tests",
  hooks: { onCompleted: ({ model }) => appendFileSync(`${folder}/completed.log`, `${model} after edit ${edit}\n`) },
});
