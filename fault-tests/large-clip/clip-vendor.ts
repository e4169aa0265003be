import { createFalVendor } from "../../packages/server/testing/vendors/fal-vendor.js";
import { serveVendor } from "../../packages/server/testing/vendors/serve-vendor.js";
import { createLongClips, type LongClip } from "./long-clip.js";

/** A fake of fal whose video model makes long clips. */
export interface ClipVendor {
  /** Without a trailing slash. */
  readonly origin: string;
  /** The prompts of the paid requests, in order. */
  prompts(): readonly string[];
  /** The prompts of the downloaded clips, in order: one entry for each request of a file. */
  readonly downloads: readonly string[];
  /** The clip of a prompt. */
  clipOf(prompt: string): LongClip;
  /** Stops the next download in the middle. */
  holdNext(): HeldDownload;
  close(): Promise<void>;
}

/** A download that has stopped in the middle. */
export interface HeldDownload {
  /** Resolves when half of the clip was sent. */
  readonly isHalfSent: Promise<void>;
  /** Sends the rest, if the client still waits. */
  release(): void;
}

/**
 * Starts the vendor on loopback.
 *
 * @param mebibytesOf size of the clip of a prompt, in MiB.
 */
export async function startClipVendor(mebibytesOf: (prompt: string) => number): Promise<ClipVendor> {
  const fal = createFalVendor();
  const clips = createLongClips();
  const downloads: string[] = [];
  let held: { readonly reached: () => void; readonly released: Promise<void> } | null = null;
  const promptOf = (body: unknown): string => String(Object(body).prompt);
  const clipOf = (prompt: string) => clips.clipOf(mebibytesOf(prompt));

  const download = (prompt: string): Response => {
    downloads.push(prompt);
    const clip = clipOf(prompt);
    const hold = held;
    held = null;
    async function* paced(): AsyncGenerator<Uint8Array> {
      let sent = 0;
      for (const chunk of clip.chunks()) {
        yield chunk;
        sent += chunk.byteLength;
        if (hold === null || sent * 2 < clip.byteLength) continue;
        hold.reached();
        await hold.released;
      }
    }
    const headers = { "content-type": "video/mp4", "content-length": String(clip.byteLength) };
    const chunks = paced();
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
    });
    return new Response(body, { headers });
  };
  const served = await serveVendor({
    handle: async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith(".png")) return new Response(clips.poster, { headers: { "content-type": "image/png" } });
      const paid = pathname.endsWith(".mp4") && fal.paid.find(({ id }) => pathname.includes(id));
      return paid ? download(promptOf(paid.body)) : fal.handle(request);
    },
  });
  return {
    origin: served.origin,
    prompts: () => fal.paid.map(({ body }) => promptOf(body)),
    downloads,
    clipOf,
    holdNext() {
      let [reached, release] = [() => {}, () => {}];
      const isHalfSent = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      held = { reached, released };
      return { isHalfSent, release };
    },
    close: served.close,
  };
}
