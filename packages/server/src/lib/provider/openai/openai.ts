import { checkOptionNames } from "../../model/check-option-names.js";
import type { Provider } from "../../ports/provider.js";
import { checkModelName } from "../kit/check-model-name.js";
import { invalidImage } from "../kit/inputs/read-image.js";
import type { OpenaiImageModel } from "../kit/known-models.js";
import { maxResponseBytes } from "../kit/request/max-response-bytes.js";
import { missingKey, vendorKey, withKeyHint } from "../kit/request/vendor-key.js";
import { openRequest, readResponse } from "../kit/request/vendor-request.js";
import { resolveLimits } from "../kit/resolve-limits.js";
import { submitOutcomeWithImages } from "../kit/submit-outcome.js";
import { resolveVendorOptions, type VendorOptions, vendorOptionNames } from "../kit/vendor-options.js";
import { imagesRequest } from "./images-request.js";
import { parseImagesResponse } from "./images-response.js";
import { readImagesStream } from "./images-stream.js";
import { failureOfResponse } from "./openai-failure.js";
import type { OpenaiInput } from "./openai-input.js";
import { openaiUrl } from "./query-openai.js";

/** Options of the adapter. */
export interface OpenaiOptions extends Omit<VendorOptions, "mediaHosts"> {
  /**
   * Number of previews, 0 to 3. Each costs about 100 additional output tokens. OpenAI may send fewer, and sends none for
   * several images or for a GIF.
   * @default 0
   */
  readonly partialImages?: 0 | 1 | 2 | 3;
}

/**
 * Provider for OpenAI's Images API: generations, and edits if the input has images. `submit` blocks until the image is
 * made; if the process ends during the request, the outcome is unknown. `openaiResponses` can be resumed.
 *
 * One image is streamed, and the response begins at once. Several images come in one response, which may begin late.
 * Node's `fetch` times out after 300 s without response headers, so pass a `fetch` with a longer timeout for many large
 * images.
 *
 * @param model id of the image model.
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
  checkModelName(model, 'openai("gpt-image-2")');
  checkOptionNames<OpenaiOptions>(options, { where: "openai", names: { ...vendorOptionNames, partialImages: true } });
  const {
    baseUrl,
    now,
    partialImages = 0,
    setupProblem,
  } = resolveVendorOptions(options, { vendor: "OpenAI", variable: "OPENAI_API_KEY", baseUrl: openaiUrl });
  return {
    id: "openai",
    limits: resolveLimits(options.limits, { key: "openai" }),
    capabilities: { resumable: false, cancel: false, webhook: false, progress: false, previews: partialImages > 0 },
    setupProblem,

    async submit(request) {
      const key = vendorKey(options.apiKey, "OPENAI_API_KEY");
      if (key === null) return missingKey("OpenAI", "OPENAI_API_KEY");
      const settings = { model, partialImages: isStreamed(request.input) ? partialImages : null };
      const built = await imagesRequest(request.input, { files: request.files, settings });
      if (built === null) return invalidImage("OpenAI");
      const result = await openRequest({
        url: `${baseUrl}${built.path}`,
        init: {
          method: "POST",
          headers: { ...built.headers, authorization: `Bearer ${key}` },
          body: built.body,
          signal: request.signal,
        },
        fetch: options.fetch,
      });
      const { input, maxOutputBytes, onProgress } = request;
      const stream = result.type === "opened" ? streamIn(result.response) : null;
      if (stream !== null) return readImagesStream(stream, { onProgress, maxLength: maxResponseBytes(maxOutputBytes) });
      // A proxy may have buffered a requested stream.
      const maxBytes = maxResponseBytes(maxOutputBytes, { images: input.n });
      const read = result.type === "opened" ? await readResponse(result.response, { maxBytes }) : result;
      const paid = submitOutcomeWithImages("OpenAI", {
        result: read,
        failureOf: (response) => failureOfResponse(response, now()),
      });
      return "outcome" in paid ? withKeyHint(paid.outcome, "OPENAI_API_KEY") : parseImagesResponse(paid.response);
    },
  };
}

/** @see https://github.com/theopenco/llmgateway/issues/3963 "Streaming is only supported with n=1." (2026-11) */
function isStreamed({ n, output_format: format }: OpenaiInput): boolean {
  return (n ?? 1) === 1 && format !== "gif";
}

/** Returns `null` if the response is not an event stream. */
function streamIn({ body, headers, ok }: Response): ReadableStream<Uint8Array> | null {
  return ok && /^text\/event-stream\b/i.test(headers.get("content-type") ?? "") ? body : null;
}
