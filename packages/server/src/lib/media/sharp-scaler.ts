import { rgbaToThumbHash } from "thumbhash";
import { toBase64 } from "../bytes/base64.js";
import { errorLine } from "../ports/error-text.js";
import type { ImageScaler } from "../ports/image-scaler.js";
import type { Logger } from "../ports/logger.js";
import { readHeader } from "./measure-media.js";
import { createSerialQueue } from "./serial-queue.js";

/** Max pixels: an image of a few bytes may declare a size that exhausts the host's memory when decoded. */
const maxPixels = 100_000_000;
/**
 * Max pixels of images that cannot be decoded row by row: such an AVIF takes about 450 MiB, measured with sharp 0.35 in
 * 2026-11.
 */
const maxWholePixels = 25_000_000;
/** Max size of a file, in bytes: the whole file is in memory during decoding. */
const maxBytes = 67_108_864;
/** The library's own time limit, which frees the thread. Some formats ignore it. */
const limitSeconds = 5;
/** Of 6. It takes half the time of the default, 4, for 3 % more bytes, measured with sharp 0.35 in 2026-11. */
const webpEffort = 2;
/** One queue for the whole process, because its tasks share the memory. */
const queue = createSerialQueue(limitSeconds * 1_000);
/** Max side of the image from which a thumbhash is made, in pixels. */
const hashSide = 100;

/** The used part of the library. */
type Sharp = typeof import("sharp");

/**
 * Scales images with sharp, if the host has installed it. `load` or the first image imports the library. A failure is
 * logged once; a missing module is not imported again.
 *
 * @param load for tests.
 */
export function sharpScaler({ logger }: { readonly logger: Logger }, load = () => loadNative("sharp")): ImageScaler {
  // No promise is cached: a request on Cloudflare Workers may hang when it awaits a promise of another request.
  let loaded: Sharp | null | undefined;
  let isLogged = false;
  const loadSharp = async (): Promise<Sharp | null> => {
    if (loaded !== undefined) return loaded;
    try {
      loaded = await load();
    } catch (error) {
      if (!isLogged) {
        logger.debug("Could not load sharp: no thumbnails and no placeholders.", {
          event: "sharp.not_loaded",
          error: errorLine(error),
        });
      }
      isLogged = true;
      // Other failures, such as no free file descriptor, may pass.
      if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") loaded = null;
    }
    return loaded ?? null;
  };

  return {
    load: async () => void (await loadSharp()),

    async shrink(image, side) {
      const sharp = await loadSharp();
      if (sharp === null) return null;
      const { data, info } = await decode(sharp, {
        image,
        side,
        write: (pipeline) => pipeline.webp({ quality: 80, effort: webpEffort }).toBuffer({ resolveWithObject: true }),
      });
      return { bytes: data, contentType: "image/webp", width: info.width, height: info.height };
    },

    async placeholderOf(image) {
      const sharp = await loadSharp();
      if (sharp === null) return null;
      const { data, info } = await decode(sharp, {
        image,
        side: hashSide,
        write: (pipeline) => pipeline.toColorspace("srgb").ensureAlpha().raw().toBuffer({ resolveWithObject: true }),
      });
      return toBase64(rgbaToThumbHash(info.width, info.height, data));
    },
  };
}

/** Reads the header with our own parsers, before the library sees a byte. */
function checkPixels(bytes: Uint8Array): void {
  const header = readHeader(bytes);
  if (header === null) throw new Error("Unsupported or corrupt image.");
  const { width, height, isDecodedWhole } = header;
  const limit = isDecodedWhole ? maxWholePixels : maxPixels;
  if (width * height > limit) {
    throw new Error(`The image of ${width} × ${height} pixels exceeds the pixel limit of ${limit}.`);
  }
}

interface Decoding<Result> {
  readonly image: Blob;
  /** Side of the square into which the image is scaled, in pixels. */
  readonly side: number;
  readonly write: (pipeline: ReturnType<Sharp["default"]>) => Promise<Result>;
}

/**
 * Reads an image when its turn comes, so that one image is in memory and not the whole queue. Clears the library's
 * cache afterwards: each image is decoded once, and the cache would only add to the memory of the next.
 */
function decode<Result>({ default: sharp }: Sharp, { image, side, write }: Decoding<Result>): Promise<Result> {
  return queue(async () => {
    if (image.size > maxBytes)
      throw new Error(`The image of ${image.size} bytes exceeds the limit of ${maxBytes} bytes.`);
    const bytes = new Uint8Array(await image.arrayBuffer());
    checkPixels(bytes);
    try {
      return await write(
        sharp(bytes, { limitInputPixels: maxPixels, failOn: "error" })
          .autoOrient()
          .timeout({ seconds: limitSeconds })
          .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true }),
      );
    } finally {
      const { memory, files, items } = sharp.cache();
      sharp.cache(false);
      // Restores the host's limits.
      sharp.cache({ memory: memory.max, files: files.max, items: items.max });
    }
  });
}

/**
 * Hidden from bundlers: a bundle cannot contain a native module, and a host without it must be able to build. The
 * comments suppress warnings about the dynamic name; esbuild only bundles a literal name.
 */
function loadNative(name: "sharp"): Promise<Sharp> {
  return import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ name);
}
