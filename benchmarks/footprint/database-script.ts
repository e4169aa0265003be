import { createSafelight, defineModel } from "@safelight/server";
import { custom } from "@safelight/server/custom";
import { libsqlStore } from "@safelight/server/libsql";
import { memoryStorage } from "@safelight/server/memory-storage";
import { z } from "zod";
import { handleCommands } from "../frame/handle-commands.ts";
import { hideSharp } from "../frame/hide-sharp.ts";
import { tinyImage } from "../frame/tiny-image.ts";

const atOnce = 50;
const owners = 100;

// The README does not install sharp.
hideSharp();

handleCommands({
  /** Creates the tables. */
  async create({ url }: { readonly url: string }): Promise<void> {
    const safelight = hostOn(url);
    await safelight.migrate();
    await safelight.close();
  },
  /** Submits `count` generations as a page does, and waits until all have completed. */
  async fill({ count, prompt, url }: { readonly url: string; readonly count: number; readonly prompt: string }) {
    const safelight = hostOn(url);
    safelight.worker.start();
    let next = 0;
    const submitAll = async (): Promise<void> => {
      for (let index = next++; index < count; index = next++) {
        const options = { idempotencyKey: crypto.randomUUID(), scope: "poster-form" };
        const caller = { ownerId: `owner-${index % owners}` };
        const { generation } = await safelight.api.submit(caller, "poster", { prompt }, options);
        await untilEnded(() => safelight.api.get(caller, generation.id));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, submitAll));
    const violations = await safelight.audit();
    if (violations.length > 0) throw new Error(`The audit found ${JSON.stringify(violations[0])}.`);
    await safelight.close();
  },
});

async function untilEnded(get: () => Promise<{ readonly status: string }>): Promise<void> {
  for (;;) {
    const { status } = await get();
    if (status === "completed") return;
    if (status === "failed" || status === "canceled") throw new Error(`A generation is ${status}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function hostOn(url: string) {
  return createSafelight({
    store: libsqlStore({ url }),
    storage: memoryStorage(),
    identify: () => "me",
    models: {
      poster: defineModel({
        provider: custom<{ prompt: string }>({
          id: "nothing",
          run: async () => [{ bytes: tinyImage, contentType: "image/png" }],
        }),
        input: z.object({ prompt: z.string() }),
        credits: 4,
      }),
    },
    credits: { initialGrant: 1_000_000 },
    limits: { rate: false, maxActive: false },
    worker: { concurrency: atOnce },
    secret: "a secret that is long enough for benchmarks",
  });
}
