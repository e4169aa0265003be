import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { createSafelight, defineModel } from "@safelight/server";
import { custom } from "@safelight/server/custom";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { z } from "zod";
import { epochNow } from "../frame/epoch-now.ts";

/** Times of an image on the server, in epoch milliseconds. */
export interface ServerMoments {
  /** The provider's function returned the image. */
  readonly returnedAt: number;
  /** The end was committed; `NaN` until then. */
  readonly settledAt: number;
}

/** The folder of the host's files, and the image that its provider returns. */
export interface HostOptions {
  readonly folder: string;
  readonly image: Uint8Array;
}

/** The app type for the hooks. */
export type App = ReturnType<typeof composeHost>["safelight"];

/** A host with one model, one owner and all files on disk. `moments` has the times by the `name` of the input. */
export function composeHost({ folder, image }: HostOptions) {
  const moments = new Map<string, ServerMoments>();
  const names = new Map<string, string>();
  const input = z.object({ name: z.string(), jobMs: z.number() });
  const vendor = custom<z.infer<typeof input>>({
    id: "vendor",
    run: async ({ input: { jobMs, name }, generationId }) => {
      names.set(generationId, name);
      await pause(jobMs);
      moments.set(name, { returnedAt: epochNow(), settledAt: NaN });
      return [{ bytes: image, contentType: "image/jpeg" }];
    },
  });
  const store = libsqlStore({ url: pathToFileURL(join(folder, "bench.db")).href });
  const safelight = createSafelight({
    store: {
      ...store,
      async settle(command) {
        const verdict = await store.settle(command);
        const name = names.get(command.id) ?? "";
        moments.set(name, { returnedAt: NaN, ...moments.get(name), settledAt: epochNow() });
        return verdict;
      },
    },
    storage: fileStorage(join(folder, "media")),
    identify: () => "owner",
    models: { demo: defineModel({ provider: vendor, input, credits: 4 }) },
    credits: { initialGrant: 1_000 },
    limits: { rate: false, maxActive: false },
    worker: { concurrency: 64 },
    secret: "a secret that is long enough for measurements",
  });
  return { safelight, moments };
}
