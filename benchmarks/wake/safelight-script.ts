import { createSafelight, defineModel, type Provider } from "@safelight/server";
import { libsqlStore } from "@safelight/server/libsql";
import { memoryStorage } from "@safelight/server/memory-storage";
import { z } from "zod";
import { handleCommands } from "../frame/handle-commands.ts";
import { hideSharp } from "../frame/hide-sharp.ts";
import { tinyImage } from "../frame/tiny-image.ts";
import { WakeTimer } from "./wake-timer.ts";

hideSharp();
const timer = new WakeTimer();
const caller = { ownerId: "someone" };

const provider: Provider<unknown> = {
  id: "vendor",
  capabilities: { cancel: false, progress: false, previews: false, resumable: false, webhook: false },
  async submit() {
    timer.start();
    return { type: "done", outputs: [{ bytes: tinyImage, contentType: "image/png" }] };
  },
};

function compose(url: string) {
  return createSafelight({
    store: libsqlStore({ url }),
    storage: memoryStorage(),
    identify: () => null,
    models: { image: defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 }) },
    credits: { initialGrant: 1_000_000 },
    limits: { rate: false },
    secret: "a secret that is long enough for measurements",
  });
}

let safelight: ReturnType<typeof compose> | null = null;

handleCommands({
  async start({ url }: { readonly url: string }) {
    safelight = compose(url);
    await safelight.migrate();
    safelight.worker.start();
  },
  wake: ({ count }: { readonly count: number }) =>
    timer.time(count, async () => safelight?.api.submit(caller, "image", { prompt: "a lighthouse at dawn" })),
});
