import { imageReferencesIn } from "../../generation/image-reference.js";
import { InputImageMissing, type InputImages } from "../../ports/input-images.js";
import type { InputRecord } from "../../ports/store/input-store.js";
import { withinTime } from "../../process/within-time.js";
import { vendorUrlMs } from "../../signing/media-urls.js";
import { persist } from "../context/persist.js";
import type { Step } from "../context/step.js";

/** Nothing was paid yet: a storage that hangs is asked anew by another attempt. */
const readLimitMs = 120_000;

/**
 * What a provider gets of the pictures to which the input of a generation refers, and no others. Whose they are was checked
 * at submit, and is again: they may have gone to another owner since.
 */
export function inputImagesOf({ claim, context, lease }: Step): InputImages {
  const { clock, inputUrlOf, isPublicUrl, storage, store } = context;
  const referred = new Set(imageReferencesIn(claim.parsedInput));

  const find = async (reference: string): Promise<InputRecord> => {
    if (!referred.has(reference)) throw new InputImageMissing(reference);
    const input = await persist(context, lease.signal, () =>
      store.getInput({ id: reference, generationId: claim.generation.id }),
    );
    if (input === null) throw new InputImageMissing(reference);
    return input;
  };

  return {
    read: oncePer((reference) =>
      orMissing(reference, async () => {
        const { contentType, storageKey } = await find(reference);
        const bytes = await withinTime(
          clock,
          { limitMs: readLimitMs, signal: lease.signal, what: "Reading an uploaded image" },
          async () => {
            const object = await storage.get(storageKey);
            return object && new Uint8Array(await new Response(object.body).arrayBuffer());
          },
        );
        if (bytes === null) throw new InputImageMissing(reference);
        return { bytes, contentType };
      }),
    ),

    urlOf: oncePer((reference) =>
      orMissing(reference, async () => {
        const { id, storageKey } = await find(reference);
        const expiresAt = clock.now() + vendorUrlMs;
        const url = await (storage.signedUrl?.(storageKey, { expiresAt }) ?? inputUrlOf?.(id, { expiresAt }) ?? null);
        return url !== null && (isPublicUrl?.(url) ?? true) ? url : null;
      }),
    ),
  };
}

/** A picture is asked for once in an attempt, however often its input names it; what failed is asked for anew. */
function oncePer<Answer>(ask: (reference: string) => Promise<Answer>): (reference: string) => Promise<Answer> {
  const asked = new Map<string, Promise<Answer>>();
  return (reference) => {
    const earlier = asked.get(reference);
    if (earlier !== undefined) return earlier;
    const answer = ask(reference);
    asked.set(reference, answer);
    answer.catch(() => asked.delete(reference));
    return answer;
  };
}

/** Whatever keeps a picture from a provider has one shape, so that each provider lets it pass: nothing was sent. */
async function orMissing<Answer>(reference: string, get: () => Promise<Answer>): Promise<Answer> {
  try {
    return await get();
  } catch (error) {
    throw InputImageMissing.isInstance(error) ? error : new InputImageMissing(reference, { cause: error });
  }
}
