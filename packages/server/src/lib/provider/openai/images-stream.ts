import { createParser } from "eventsource-parser";
import { asRecord } from "../../json/as-record.js";
import { errorLine } from "../../ports/error-text.js";
import type { SubmitOutcome, SubmitProgress } from "../../ports/provider.js";
import { tooLong } from "../kit/failures/too-long.js";
import { isJsonBomb } from "../kit/request/json-bomb-guard.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { imageCosts, imageFrom } from "./images-response.js";
import { failureOfError } from "./openai-failure.js";

/** Options of `readImagesStream`. */
export interface ImagesStreamOptions {
  readonly onProgress: (news: SubmitProgress) => void;
  /** Maximum length of an event, in characters. */
  readonly maxLength: number;
}

/**
 * Reads events of the Images API until the image is complete. Previews are reported as they arrive.
 *
 * @returns `unknown` for a stream that ends before the image: it may have been charged for.
 */
export async function readImagesStream(
  body: ReadableStream<Uint8Array>,
  options: ImagesStreamOptions,
): Promise<SubmitOutcome> {
  let outcome: SubmitOutcome | null = null;
  const parser = createParser({
    // An image is one line of several megabytes.
    maxBufferSize: options.maxLength,
    onEvent: ({ event, data }) => {
      outcome ??= outcomeOfEvent(event, { data, onProgress: options.onProgress });
    },
    onError: ({ type }) => {
      if (type !== "max-buffer-size-exceeded") return;
      outcome ??= tooMuch;
    },
  });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parser.feed(decoder.decode(value, { stream: true }));
      if (outcome !== null) return outcome;
    }
  } catch (error) {
    return { type: "unknown", reason: `OpenAI's stream broke: ${errorLine(error)}` };
  } finally {
    // The result is complete, so errors of the rest are irrelevant.
    reader.cancel().catch(() => {});
  }
  return endedEarly;
}

/** Returns `null` for an event that more events follow. */
function outcomeOfEvent(
  event: string | undefined,
  { data, onProgress }: { readonly data: string; readonly onProgress: ImagesStreamOptions["onProgress"] },
): SubmitOutcome | null {
  // Events after `[DONE]` are not from OpenAI.
  if (data === "[DONE]") return endedEarly;
  if (isJsonBomb(data)) return tooMuch;
  const fields = asRecord(jsonOf({ body: data }));
  const type = typeof fields.type === "string" ? fields.type : (event ?? "");
  if (type === "error" || asRecord(fields).error) {
    const failure = failureOfError(fields.error ?? fields, "during its stream");
    return { type: "done", outputs: [{ failure }] };
  }
  if (type.endsWith(".partial_image")) reportPreview(fields, onProgress);
  if (!type.endsWith(".completed")) return null;
  return { type: "done", outputs: [imageFrom(fields)], ...imageCosts(fields.usage) };
}

function reportPreview(fields: Readonly<Record<string, unknown>>, onProgress: ImagesStreamOptions["onProgress"]): void {
  const preview = imageFrom(fields);
  if ("bytes" in preview) onProgress({ progress: null, preview });
}

const tooMuch: SubmitOutcome = { type: "done", outputs: [{ failure: tooLong("OpenAI's response") }] };
const endedEarly: SubmitOutcome = { type: "unknown", reason: "OpenAI's stream ended before the image." };
