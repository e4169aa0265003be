import { createReplicateVendor, serveVendor } from "@safelight/server/vendors";
import { noisePng } from "./noise-png.ts";

/** A fake vendor outside of the host's process. Its jobs run until a test ends them. */
export interface Studio {
  /** Without a trailing slash. */
  readonly url: string;
  /** Completes the jobs of a prompt with an image. */
  finish(prompt: string): void;
  /** Number of paid requests for a prompt. */
  paidFor(prompt: string): number;
  /** The vendor's webhook for the only job of a prompt. @param forged whether a wrong key signs it. */
  createWebhook(prompt: string, forged: boolean): Promise<Request>;
  /** Holds the responses to paid requests until `release`. `received` resolves when the first request has arrived. */
  holdNext(): { readonly received: Promise<void>; release(): void };
  close(): Promise<void>;
}

/** Serves a fake of Replicate, whose API key is `the-key`. Its images are larger than the bodies that a host keeps in memory. */
export async function openStudio(): Promise<Studio> {
  const vendor = createReplicateVendor();
  vendor.plan({ type: "succeed", runningPolls: Number.POSITIVE_INFINITY });
  const image = noisePng(700);
  let held: { arrive(): void; readonly released: Promise<void> } | null = null;
  const { origin, close } = await serveVendor({
    handle: async (request) => {
      const response = await vendor.handle(request);
      if (held !== null && request.method === "POST") {
        held.arrive();
        await held.released;
      }
      const isImage = response.ok && new URL(request.url).pathname.startsWith("/files/");
      return isImage ? new Response(image, { headers: { "content-type": "image/png" } }) : response;
    },
  });
  const jobsOf = (prompt: string) =>
    // The adapter under test wrote the body.
    vendor.paid.filter(({ body }) => (body as { readonly input: { readonly prompt: string } }).input.prompt === prompt);
  return {
    url: origin,
    finish: (prompt) => {
      for (const { id } of jobsOf(prompt)) vendor.finish(id);
    },
    paidFor: (prompt) => jobsOf(prompt).length,
    createWebhook: (prompt, forged) => {
      const [job] = jobsOf(prompt);
      if (job === undefined || vendor.createWebhook === undefined) throw new Error(`There is no job for "${prompt}".`);
      return vendor.createWebhook(job, { forged });
    },
    holdNext: () => {
      const arrival = Promise.withResolvers<void>();
      const { promise: released, resolve } = Promise.withResolvers<void>();
      held = { arrive: arrival.resolve, released };
      return {
        received: arrival.promise,
        release: () => {
          held = null;
          resolve();
        },
      };
    },
    close,
  };
}
