import { createSafelight } from "@safelight/server";
import { createAdmin } from "@safelight/server/admin";
import { fileStorage } from "@safelight/server/file-storage";
import { s3Storage } from "@safelight/server/s3";
import { centsPerCredit, initialCredits } from "../prices.ts";
import type { Auth } from "./auth.ts";
import type { Database } from "./database.ts";
import { studioModels } from "./models.ts";
import { withholdWords } from "./moderation.ts";
import type { Settings } from "./settings.ts";

export type App = ReturnType<typeof composeSafelight>;

interface SafelightParts {
  readonly settings: Settings;
  readonly database: Pick<Database, "store" | "bus">;
  /** Called for each request. A function, because `createAuth` needs the created server. */
  readonly auth: () => Auth;
}

/** The generations of the studio: its owners are Better Auth's users, and each user pays. */
export function composeSafelight({ settings, database, auth }: SafelightParts) {
  const { bucket } = settings;
  return createSafelight({
    store: database.store,
    eventBus: database.bus,
    dispatcher: database.bus,
    // Browsers cannot reach a bucket inside a Compose network: the server forwards its bytes.
    storage: bucket === null ? fileStorage(settings.mediaFolder) : s3Storage({ ...bucket, signedUrls: false }),
    identify: async ({ headers }) => (await auth().api.getSession({ headers }))?.user.id ?? null,
    models: studioModels(settings),
    publicUrl: settings.url,
    secret: settings.secret,
    credits: { initialGrant: initialCredits },
    hooks: { checkOutput: withholdWords(settings.blockedWords) },
    provenance: { system: "Studio" },
    worker: { leaseMs: settings.leaseMs, reconcileForMs: settings.reconcileForMs },
  });
}

/** The operator page at `/admin`, for staff. All others get 404. */
export function createOperatorPage(safelight: App, auth: Auth) {
  return createAdmin(safelight, {
    basePath: "/admin",
    title: "Studio",
    creditValue: { amount: centsPerCredit / 100, currency: "USD" },
    authorize: async ({ headers }) => {
      const session = await auth.api.getSession({ headers });
      return session?.user.role === "admin" ? { actor: session.user.email, may: "everything" } : null;
    },
  });
}
