import { formatBytes } from "../../bytes/format-bytes.js";
import { uploadReferencesIn } from "../../generation/upload-reference.js";
import { type InputFile, type InputFiles, InputFileUnavailable } from "../../ports/input-files.js";
import type { InputRecord } from "../../ports/store/input-store.js";
import { withinTime } from "../../process/within-time.js";
import { vendorUrlMs } from "../../signing/media-urls.js";
import { persist } from "../context/persist.js";
import type { CountedStart } from "./counted-start.js";
import type { Step } from "./step.js";

/** Timeout of one read. Nothing is paid yet, so another attempt can retry after a storage that hangs. */
const readTimeoutMs = 120_000;
/** Max bytes of a file that a provider reads into memory, unless it sets another limit. */
const maxReadBytes = 67_108_864;

/**
 * Gives a provider the uploaded files to which the generation's input refers, and no others. The owner is checked again after
 * the submit, because the file may have been transferred since.
 *
 * @param start is called after each read, because the paid request follows it.
 */
export function inputFilesOf(step: Step, start: CountedStart): InputFiles {
  const { inputUrlOf, isPublicUrl, storage } = step.context;
  const references = new Set(uploadReferencesIn(step.claim.parsedInput));
  const find = oncePerReference((reference) =>
    orUnavailable(reference, () => findInput(step, { reference, references })),
  );
  const readOnce = oncePerReference((reference) =>
    orUnavailable(reference, async () => {
      const file = await readInput(step, await find(reference));
      await start();
      return file;
    }),
  );

  return {
    async read(reference, { maxBytes = maxReadBytes } = {}) {
      const { byteLength } = await find(reference);
      if (byteLength <= maxBytes) return readOnce(reference);
      const sizes = `${formatBytes(byteLength)}; without \`publicUrl\`, files of up to ${formatBytes(maxBytes)} can be sent`;
      throw new InputFileUnavailable(reference, { problem: `has ${sizes}: set \`publicUrl\`` });
    },

    urlOf: oncePerReference((reference) =>
      orUnavailable(reference, async () => {
        const { id, storageKey } = await find(reference);
        const expiresAt = step.context.clock.now() + vendorUrlMs;
        const signedUrl = (await storage.signedUrl?.(storageKey, { expiresAt })) ?? null;
        const url = signedUrl ?? (await inputUrlOf?.(id, { expiresAt })) ?? null;
        return url !== null && (isPublicUrl?.(url) ?? true) ? url : null;
      }),
    ),
  };
}

async function findInput(
  { claim, context, lease }: Step,
  { reference, references }: { readonly reference: string; readonly references: ReadonlySet<string> },
): Promise<InputRecord> {
  if (!references.has(reference)) throw new InputFileUnavailable(reference);
  const input = await persist(context, {
    signal: lease.signal,
    send: () => context.store.getInput({ id: reference, generationId: claim.generation.id }),
  });
  if (input === null) throw new InputFileUnavailable(reference);
  return input;
}

async function readInput(
  { context: { clock, storage }, lease }: Step,
  { contentType, id, storageKey }: InputRecord,
): Promise<InputFile> {
  const bytes = await withinTime(
    { clock, limitMs: readTimeoutMs, signal: lease.signal, what: "Reading an uploaded file" },
    async (signal) => {
      const object = await storage.get(storageKey, { signal });
      return object && new Uint8Array(await new Response(object.body).arrayBuffer());
    },
  );
  if (bytes === null) throw new InputFileUnavailable(id);
  return { bytes, contentType };
}

/** Loads each file once per attempt, however often the input refers to it. A failed load is not cached. */
function oncePerReference<Result>(
  load: (reference: string) => Promise<Result>,
): (reference: string) => Promise<Result> {
  const loads = new Map<string, Promise<Result>>();
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
 * Throws `InputFileUnavailable` for every error. Each provider passes that error on, which proves that nothing was sent.
 */
async function orUnavailable<Result>(reference: string, load: () => Promise<Result>): Promise<Result> {
  try {
    return await load();
  } catch (error) {
    throw InputFileUnavailable.isInstance(error) ? error : new InputFileUnavailable(reference, { cause: error });
  }
}
