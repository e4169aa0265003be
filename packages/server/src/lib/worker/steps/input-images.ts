import { imageReferencesIn } from "../../generation/image-reference.js";
import { type InputImages, InputImageUnavailable } from "../../ports/input-images.js";
import type { InputRecord } from "../../ports/store/input-store.js";
import { withinTime } from "../../process/within-time.js";
import { vendorUrlMs } from "../../signing/media-urls.js";
import { persist } from "../context/persist.js";
import type { CountedStart } from "./counted-start.js";
import type { Step } from "./step.js";

/** Timeout of one read. Nothing is paid yet, so another attempt can retry after a storage that hangs. */
const readTimeoutMs = 120_000;

/**
 * Gives a provider the images to which the generation's input refers, and no others. The owner is checked again after
 * the submit, because the image may have been transferred since.
 *
 * @param start is called after each read, because the paid request follows it.
 */
export function inputImagesOf({ claim, context, lease }: Step, start: CountedStart): InputImages {
  const { clock, inputUrlOf, isPublicUrl, storage, store } = context;
  const references = new Set(imageReferencesIn(claim.parsedInput));

  const find = async (reference: string): Promise<InputRecord> => {
    if (!references.has(reference)) throw new InputImageUnavailable(reference);
    const input = await persist(context, {
      signal: lease.signal,
      send: () => store.getInput({ id: reference, generationId: claim.generation.id }),
    });
    if (input === null) throw new InputImageUnavailable(reference);
    return input;
  };

  return {
    read: oncePerReference((reference) =>
      orUnavailable(reference, async () => {
        const { contentType, storageKey } = await find(reference);
        const bytes = await withinTime(
          { clock, limitMs: readTimeoutMs, signal: lease.signal, what: "Reading an uploaded image" },
          async (signal) => {
            const object = await storage.get(storageKey, { signal });
            return object && new Uint8Array(await new Response(object.body).arrayBuffer());
          },
        );
        if (bytes === null) throw new InputImageUnavailable(reference);
        await start();
        return { bytes, contentType };
      }),
    ),

    urlOf: oncePerReference((reference) =>
      orUnavailable(reference, async () => {
        const { id, storageKey } = await find(reference);
        const expiresAt = clock.now() + vendorUrlMs;
        const signedUrl = (await storage.signedUrl?.(storageKey, { expiresAt })) ?? null;
        const url = signedUrl ?? (await inputUrlOf?.(id, { expiresAt })) ?? null;
        return url !== null && (isPublicUrl?.(url) ?? true) ? url : null;
      }),
    ),
  };
}

/** Loads each image once per attempt, however often the input refers to it. A failed load is not cached. */
function oncePerReference<Image>(load: (reference: string) => Promise<Image>): (reference: string) => Promise<Image> {
  const loads = new Map<string, Promise<Image>>();
  return (reference) => {
    const earlier = loads.get(reference);
    if (earlier !== undefined) return earlier;
    const loading = load(reference);
    loads.set(reference, loading);
    loading.catch(() => loads.delete(reference));
    return loading;
  };
}

/**
 * Throws `InputImageUnavailable` for every error. Each provider passes that error on, which proves that nothing was sent.
 */
async function orUnavailable<Image>(reference: string, load: () => Promise<Image>): Promise<Image> {
  try {
    return await load();
  } catch (error) {
    throw InputImageUnavailable.isInstance(error) ? error : new InputImageUnavailable(reference, { cause: error });
  }
}
