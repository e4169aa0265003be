import { createParser } from "eventsource-parser";
import { errorLine } from "../../ports/error-text.js";
import type { SubmitOutcome, SubmitProgress } from "../../ports/provider.js";
import { tooLong } from "../kit/failures/too-long.js";
import { hasTooManyParts } from "../kit/request/json-parts.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import { imageCosts, pictureFrom } from "./images-answer.js";
import { failureOfError } from "./openai-failure.js";

/** How a stream is read. */
export interface ImagesStreamOptions {
  readonly onProgress: (news: SubmitProgress) => void;
  /** Longest event that is read, in characters. */
  readonly maxLength: number;
}

/**
 * Reads the events of the Images API until the picture is there. Pictures on the way to it are told at once.
 *
 * @returns `unknown` for a stream that ends before the picture: it is paid for, or is not.
 */
export async function readImagesStream(
  body: ReadableStream<Uint8Array>,
  options: ImagesStreamOptions,
): Promise<SubmitOutcome> {
  let outcome: SubmitOutcome | null = null;
  const parser = createParser({
    // A picture is one line of megabytes.
    maxBufferSize: options.maxLength,
    onEvent: ({ event, data }) => {
      outcome ??= outcomeOfEvent(event, data, options.onProgress);
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
    // Nothing more is wanted of it, and it has nothing more to say.
    reader.cancel().catch(() => {});
  }
  return endedEarly;
}

/** `null` for an event after which others come, whatever it is. */
function outcomeOfEvent(
  event: string | undefined,
  data: string,
  onProgress: ImagesStreamOptions["onProgress"],
): SubmitOutcome | null {
  // Whatever comes after it is no word of OpenAI's.
  if (data === "[DONE]") return endedEarly;
  if (hasTooManyParts(data)) return tooMuch;
  const said = fieldsOf(jsonOf({ body: data }));
  const type = typeof said.type === "string" ? said.type : (event ?? "");
  if (type === "error" || fieldsOf(said).error) {
    const failure = failureOfError(said.error ?? said, "in the middle of its stream");
    return { type: "done", outputs: [{ failure }] };
  }
  if (type.endsWith(".partial_image")) tellPreview(said, onProgress);
  if (!type.endsWith(".completed")) return null;
  return { type: "done", outputs: [pictureFrom(said)], ...imageCosts(said.usage) };
}

function tellPreview(said: Readonly<Record<string, unknown>>, onProgress: ImagesStreamOptions["onProgress"]): void {
  const preview = pictureFrom(said);
  if ("bytes" in preview) onProgress({ progress: null, preview });
}

const tooMuch: SubmitOutcome = { type: "done", outputs: [{ failure: tooLong("OpenAI's answer") }] };
const endedEarly: SubmitOutcome = { type: "unknown", reason: "OpenAI's stream ended before its picture came." };
