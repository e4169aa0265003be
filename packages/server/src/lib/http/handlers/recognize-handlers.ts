import type { RecognizeResponse } from "@safelight/client/contract";
import { notFound } from "../../service/errors/not-found.js";
import { describeFile } from "../../service/media/recognize.js";
import { createBodySlots } from "../request/body-slots.js";
import { maxImageBodyBytes, readFile } from "../request/file-body.js";
import { toIdentifyRequest } from "../request/identify-caller.js";
import type { JsonResponse } from "../request/json-response.js";
import { contentLengthOf } from "../request/read-body.js";
import type { RouterHandler, RouterOptions } from "../request/router-context.js";
import { createClientRate } from "./client-rate.js";
import type { Handlers } from "./handlers.js";
import type { RecognitionSettings } from "./recognition.js";

/** Time limit of a body, in milliseconds. */
const maxBodyMs = 300_000;
/** Max concurrent files of one client. */
const maxFilesPerClient = 4;
/** Max bytes in progress, as a multiple of the max size of a body. */
const maxFullSizeBodies = 4;
const overheadBytes = 65_536;
/** Max characters of an address that are kept. */
const maxAddressLength = 100;

/** Handler of `POST /recognize`, for any caller. Stores nothing. */
export function recognizeHandlers(
  options: RouterOptions,
  {
    jsonResponse,
    recognition,
  }: { readonly jsonResponse: JsonResponse; readonly recognition: RecognitionSettings | null },
): Pick<Handlers, "recognize"> {
  const { random, service, spool } = options;
  const { clock, limits } = service;
  if (recognition === null) return { recognize: [respondNotFound] };
  const { addressOf, maxBytes, rate } = recognition;
  const maxFormBytes = Math.min(maxBytes, limits.maxInputImageBytes);
  const maxBodyBytes = Math.max(maxBytes, maxImageBodyBytes(maxFormBytes));
  const countRequest = createClientRate(rate, clock);
  const slots = createBodySlots({
    clock,
    random,
    noun: "files",
    maxBytes: maxFullSizeBodies * maxBodyBytes,
    maxBodyBytes,
    maxBodiesPerOwner: maxFilesPerClient,
    overheadBytes,
    expireMs: maxBodyMs,
  });
  return {
    recognize: [
      async (c) => {
        const client = clientOf(addressOf(toIdentifyRequest(c)));
        countRequest(client);
        const slot = slots.acquire({ ownerId: client, declaredBytes: contentLengthOf(c) ?? maxBodyBytes });
        try {
          const fileLimits = { maxBytes, maxFormBytes, maxBytesOf: () => maxBytes, maxMs: maxBodyMs };
          const file = await readFile(c, { ...fileLimits, clock, slot, spool });
          try {
            const body: RecognizeResponse = { file: await describeFile(service, file) };
            return jsonResponse(c, { body });
          } finally {
            await file.close();
          }
        } finally {
          slot.release();
        }
      },
    ],
  };
}

/** The key of a client. `addressOf` of a host in JavaScript may return any value, and a header that it reads may be long. */
function clientOf(address: unknown): string {
  return typeof address === "string" ? address.slice(0, maxAddressLength) : "";
}

/** Without the option `recognition`, the path does not exist. */
const respondNotFound: RouterHandler = () => {
  throw notFound();
};
