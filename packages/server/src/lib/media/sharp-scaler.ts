import { rgbaToThumbHash } from "thumbhash";
import { errorLine } from "../ports/error-text.js";
import type { Logger } from "../ports/logger.js";
import type { PictureScaler } from "../ports/picture-scaler.js";
import { readHeader } from "./measure-media.js";
import { oneAtATime } from "./one-at-a-time.js";

/** A picture of a few bytes may claim to be so large that unpacking it takes the memory of the host. */
const mostPixels = 100_000_000;
/** Of those that cannot be unpacked row by row: an AVIF of so many takes some 450 MiB, measured with sharp 0.35 in 2026-11. */
const mostPixelsHeld = 25_000_000;
/** Of a file, in bytes: it is in memory as a whole while it is unpacked. */
const mostBytes = 67_108_864;
/** The library stops by itself, so that no picture keeps a thread of the process for longer; some formats it cannot stop. */
const limitSeconds = 5;
/** Of 6: half the time of its default, 4, for 3 % more bytes, measured with sharp 0.35 in 2026-11. */
const webpEffort = 2;
/** One queue for the whole process, whose memory it is. */
const inTurn = oneAtATime(limitSeconds * 1_000);
/** A thumbhash is made of at most so many pixels in a row. */
const hashSide = 100;

/** What of the library is used. */
type Sharp = typeof import("sharp");

/**
 * Scales images with sharp, where the host has installed it. The library is loaded by `load` or with the first image. A
 * failure is logged once; a missing module is not looked for again.
 *
 * @param load for tests.
 */
export function sharpScaler({ logger }: { readonly logger: Logger }, load = () => loadNative("sharp")): PictureScaler {
  // No promise is kept: a request on Cloudflare Workers may hang if it waits for a promise of another one.
  let loaded: Sharp | null | undefined;
  let isLogged = false;
  const ready = async (): Promise<Sharp | null> => {
    if (loaded !== undefined) return loaded;
    try {
      loaded = await load();
    } catch (error) {
      if (!isLogged)
        logger.debug("Could not load sharp: no thumbnails and no placeholders.", { error: errorLine(error) });
      isLogged = true;
      // Another failure, such as no free file descriptor, may pass.
      if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") loaded = null;
    }
    return loaded ?? null;
  };

  return {
    load: async () => void (await ready()),

    async shrink(picture, side) {
      const sharp = await ready();
      if (sharp === null) return null;
      const { data, info } = await alone(sharp, picture, (bytes) =>
        fitted(sharp, bytes, side).webp({ quality: 80, effort: webpEffort }).toBuffer({ resolveWithObject: true }),
      );
      return { bytes: data, contentType: "image/webp", width: info.width, height: info.height };
    },

    async placeholderOf(picture) {
      const sharp = await ready();
      if (sharp === null) return null;
      const { data, info } = await alone(sharp, picture, (bytes) =>
        fitted(sharp, bytes, hashSide).toColorspace("srgb").ensureAlpha().raw().toBuffer({ resolveWithObject: true }),
      );
      return btoa(String.fromCharCode(...rgbaToThumbHash(info.width, info.height, data)));
    },
  };
}

/** Decided by our own reading, before the library sees a byte. */
function refuseTooLarge(bytes: Uint8Array): void {
  const header = readHeader(bytes);
  if (header === null) throw new Error("The bytes are no picture that is known, or a damaged one.");
  const { width, height, isHeldWhole } = header;
  const most = isHeldWhole ? mostPixelsHeld : mostPixels;
  if (width * height > most)
    throw new Error(`A picture of ${width} × ${height} exceeds pixel limits: at most ${most}.`);
}

/**
 * Reads a picture when it has its turn, so that one is in memory and not all that wait. Each is seen once: what the library
 * keeps of it for the next time would only be held beside the next.
 */
function alone<Result>(
  { default: sharp }: Sharp,
  picture: Blob,
  work: (bytes: Uint8Array) => Promise<Result>,
): Promise<Result> {
  return inTurn(async () => {
    if (picture.size > mostBytes)
      throw new Error(`A picture of ${picture.size} bytes is too large: at most ${mostBytes}.`);
    const bytes = new Uint8Array(await picture.arrayBuffer());
    refuseTooLarge(bytes);
    try {
      return await work(bytes);
    } finally {
      const { memory, files, items } = sharp.cache();
      sharp.cache(false);
      // As the host has it.
      sharp.cache({ memory: memory.max, files: files.max, items: items.max });
    }
  });
}

function fitted({ default: sharp }: Sharp, bytes: Uint8Array, side: number) {
  return sharp(bytes, { limitInputPixels: mostPixels, failOn: "error" })
    .autoOrient()
    .timeout({ seconds: limitSeconds })
    .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true });
}

/**
 * Hidden from bundlers: a native module cannot be part of a bundle, and a host without it must not need it to build. The
 * comments are for those that warn of a name that they cannot know; esbuild looks at whether it is written here.
 */
function loadNative(name: "sharp"): Promise<Sharp> {
  return import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ name);
}
