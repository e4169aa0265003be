import { demo } from "@safelight/demo-provider";
import { createSafelight, defineModel } from "@safelight/server";
import { fileStorage } from "@safelight/server/file-storage";
import { imageInput } from "@safelight/server/zod";
import { z } from "zod";
import { creditsPerImage } from "../src/prices.ts";
import { mediaModels } from "./demo-models.ts";
import { deriveKey } from "./demo-secret.ts";
import type { Database } from "./open-database.ts";
import { teamOf } from "./person.ts";
import type { Settings } from "./settings.ts";
import { vendorModels } from "./vendor-models.ts";

/** Input of the model `demo`. */
const demoInput = z.strictObject({
  prompt: z.string().trim().min(1).max(2000),
  steps: z.int().min(1).max(30).default(8),
  size: z.int().min(256).max(1024).default(512),
  aspectRatio: z.enum(["1:1", "3:2", "2:3", "16:9", "9:16"]).default("1:1"),
  count: z.int().min(1).max(4).default(1),
  seed: z.int().min(0).max(4_294_967_295).optional(),
  image: imageInput().optional(),
});

/** The Safelight server of the demo: store, storage, authentication, models, limits. */
export function composeSafelight(options: {
  readonly settings: Settings;
  readonly secret: string;
  readonly database: Database;
}) {
  const { settings, secret } = options;
  const { store, bus } = options.database;
  const demoVendor = { vendorFile: `${settings.filePrefix}.vendor`, stepMs: settings.stepMs };
  return createSafelight({
    store,
    ...(bus !== null && { eventBus: bus, dispatcher: bus }),
    storage: fileStorage(settings.storageFolder),
    identify: ({ context }) => {
      const visitorId = context?.get("visitorId");
      return visitorId === undefined ? null : { ownerId: visitorId, teamId: teamOf(visitorId) };
    },
    teams: { visibility: ({ requested }) => requested ?? "team" },
    models: {
      demo: defineModel({
        provider: demo(demoVendor),
        input: demoInput,
        outputs: ({ count }) => count,
        credits: ({ count }) => creditsPerImage.demo * count,
      }),
      ...mediaModels(demoVendor, settings.offersMedia),
      ...vendorModels(settings.vendors, settings),
    },
    publicUrl: settings.publicUrl ?? undefined,
    secret: deriveKey(secret, "safelight"),
    credits: { initialGrant: settings.grant },
    // No refund limit: prompts that fail on purpose are part of the demo.
    limits: { rate: { requests: 120, perMs: 60_000 }, maxActive: 50, refunds: false },
    worker: { concurrency: 16, leaseMs: 3_000, reconcileForMs: 30_000 },
  });
}

/** Types of the models, for the browser's client and hooks. */
export type App = ReturnType<typeof composeSafelight>;
