import { demo } from "@safelight/demo-provider";
import { createSafelight, defineModel, type IdentifyRequest } from "@safelight/server";
import { createAdmin } from "@safelight/server/admin";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { z } from "zod";
import { initialCredits, postcardCredits } from "../offers.ts";
import type { Auth } from "./auth.ts";
import type { Settings } from "./settings.ts";

export type App = ReturnType<typeof createPostcards>;

/** @param identify returns the id of the user or guest of a request; `null` without a session. */
export function createPostcards(
  { url, dataFolder, secret }: Pick<Settings, "url" | "dataFolder" | "secret">,
  identify: (request: IdentifyRequest) => Promise<string | null>,
) {
  return createSafelight({
    store: libsqlStore({ url: `file:${dataFolder}/postcards.db` }),
    storage: fileStorage(`${dataFolder}/images`),
    identify,
    publicUrl: url,
    secret,
    models: {
      postcard: defineModel({
        // Replace `demo` with a vendor: see docs/providers.md.
        provider: demo({ vendorFile: `${dataFolder}/vendor.db` }),
        input: z.object({ prompt: z.string().trim().min(1).max(500) }),
        credits: postcardCredits,
      }),
    },
    credits: { initialGrant: initialCredits },
  });
}

/** The operator page for users with the role `admin`. All others get 404. */
export function createOperatorPage(safelight: App, auth: Auth) {
  return createAdmin(safelight, {
    authorize: async ({ headers }) => {
      const session = await auth.api.getSession({ headers });
      return session?.user.role === "admin" ? { actor: session.user.id, may: "everything" } : null;
    },
  });
}
