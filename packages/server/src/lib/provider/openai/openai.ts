import type { Provider } from "../../ports/provider.js";
import { notAPicture } from "../kit/images/read-picture.js";
import type { OpenaiImageModel } from "../kit/living-models.js";
import { paidPictures } from "../kit/paid-answer.js";
import { longestAnswer } from "../kit/request/longest-answer.js";
import { missingKey, namingKey, vendorKey } from "../kit/request/vendor-key.js";
import { openRequest, readAnswer } from "../kit/request/vendor-request.js";
import { resolveVendorOptions, type VendorOptions } from "../kit/vendor-options.js";
import { openaiUrl } from "./ask-openai.js";
import { readImagesAnswer } from "./images-answer.js";
import { imagesRequest } from "./images-request.js";
import { readImagesStream } from "./images-stream.js";
import { failureOfAnswer } from "./openai-failure.js";
import type { OpenaiInput } from "./openai-input.js";

/** How the adapter to OpenAI's Images API works. */
export interface OpenaiOptions extends Omit<VendorOptions, "mediaHosts"> {
  /**
   * Previews: pictures on the way to the one that was asked for, 0 to 3. Each costs about 100 output tokens more. There may
   * be fewer, and there are none for several pictures at once or for a GIF.
   * @default 0
   */
  readonly partialImages?: 0 | 1 | 2 | 3;
}

/**
 * Pictures by OpenAI's Images API: generations, and edits where the input has pictures. One request that is answered with
 * the picture: where the process ends meanwhile, it is not known whether it was paid. `openaiResponses` can be taken up
 * again.
 *
 * One picture comes as a stream, which begins at once. Several come in one answer, whose beginning may be late: Node's
 * fetch gives up after 300 s without one, so give a `fetch` with more patience for many large pictures.
 *
 * @param model the image model.
 * @example
 * ```ts
 * const model = defineModel({
 *   provider: openai("gpt-image-2.6-flare"),
 *   input: z.object({ prompt: z.string().min(1).max(2000) }),
 *   credits: 4,
 * });
 * ```
 * @see https://developers.openai.com/api/docs/guides/image-generation (2026-11)
 */
export function openai(model: OpenaiImageModel | (string & {}), options: OpenaiOptions = {}): Provider<OpenaiInput> {
  const { baseUrl, now, partialImages = 0 } = resolveVendorOptions(options, openaiUrl);
  return {
    id: "openai",
    capabilities: { resumable: false, cancel: false, webhook: false, progress: false, partials: partialImages > 0 },

    async submit(request) {
      const key = vendorKey(options.apiKey, "OPENAI_API_KEY");
      if (key === null) return missingKey("OpenAI", "OPENAI_API_KEY");
      const settings = { model, partialImages: comesAsStream(request.input) ? partialImages : null };
      const worded = await imagesRequest(request.input, request.images, settings);
      if (worded === null) return notAPicture("OpenAI");
      const reply = await openRequest({
        url: `${baseUrl}${worded.path}`,
        init: {
          method: "POST",
          headers: { ...worded.headers, authorization: `Bearer ${key}` },
          body: worded.body,
          signal: request.signal,
        },
        fetch: options.fetch,
      });
      const { input, maxOutputBytes, onProgress } = request;
      const stream = reply.type === "opened" ? streamIn(reply.response) : null;
      if (stream !== null) return readImagesStream(stream, { onProgress, maxLength: longestAnswer(maxOutputBytes) });
      // Also where a stream was asked for: a proxy in between may have gathered it.
      const maxBytes = longestAnswer(maxOutputBytes, input.n);
      const read = reply.type === "opened" ? await readAnswer(reply.response, maxBytes) : reply;
      const paid = paidPictures("OpenAI", read, (answer) => failureOfAnswer(answer, now()));
      return "outcome" in paid ? namingKey(paid.outcome, "OPENAI_API_KEY") : readImagesAnswer(paid.answer);
    },
  };
}

/** @see https://github.com/theopenco/llmgateway/issues/3963 "Streaming is only supported with n=1." (2026-11) */
function comesAsStream({ n, output_format: format }: OpenaiInput): boolean {
  return (n ?? 1) === 1 && format !== "gif";
}

/** `null` for what is no stream of pictures. */
function streamIn({ body, headers, ok }: Response): ReadableStream<Uint8Array> | null {
  return ok && /^text\/event-stream\b/i.test(headers.get("content-type") ?? "") ? body : null;
}
