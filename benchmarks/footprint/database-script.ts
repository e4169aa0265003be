import { createSafelight, defineModel } from "@safelight/server";
import { custom } from "@safelight/server/custom";
import { libsqlStore } from "@safelight/server/libsql";
import { memoryStorage } from "@safelight/server/memory-storage";
import { z } from "zod";
import { answering } from "../frame/answering.ts";
import { hideSharp } from "../frame/hide-sharp.ts";
import { tinyPicture } from "../frame/tiny-picture.ts";

const atOnce = 50;
const owners = 100;

// As the README installs it.
hideSharp();

answering({
  /** Creates the tables. */
  async create({ url }: { readonly url: string }): Promise<void> {
    const safelight = hostOn(url);
    await safelight.migrate();
    await safelight.close();
  },
  /** Submits as many as are asked for, as a page does, and waits until all of them have completed. */
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
    if (violations.length > 0) throw new Error(`The books do not hold: ${JSON.stringify(violations[0])}`);
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
          run: async () => [{ bytes: tinyPicture, contentType: "image/png" }],
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
