import { createSafelight, defineModel, type Provider } from "@safelight/server";
import { libsqlStore } from "@safelight/server/libsql";
import { memoryStorage } from "@safelight/server/memory-storage";
import { z } from "zod";
import { answering } from "../frame/answering.ts";
import { hideSharp } from "../frame/hide-sharp.ts";
import { tinyPicture } from "../frame/tiny-picture.ts";
import { Wakes } from "./wakes.ts";

hideSharp();
const wakes = new Wakes();
const caller = { ownerId: "someone" };

const provider: Provider<unknown> = {
  id: "vendor",
  capabilities: { cancel: false, progress: false, partials: false, resumable: false, webhook: false },
  async submit() {
    wakes.begun();
    return { type: "done", outputs: [{ bytes: tinyPicture, contentType: "image/png" }] };
  },
};

function compose(url: string) {
  return createSafelight({
    store: libsqlStore({ url }),
    storage: memoryStorage(),
    identify: () => null,
    models: { picture: defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 }) },
    credits: { initialGrant: 1_000_000 },
    limits: { rate: false },
    secret: "a secret that is long enough for measurements",
  });
}

let safelight: ReturnType<typeof compose> | null = null;

answering({
  async start({ url }: { readonly url: string }) {
    safelight = compose(url);
    await safelight.migrate();
    safelight.worker.start();
  },
  wake: ({ count }: { readonly count: number }) =>
    wakes.time(count, async () => safelight?.api.submit(caller, "picture", { prompt: "a lighthouse at dawn" })),
});
