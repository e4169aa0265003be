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
/** Max bytes in progress, as a multiple of the max size of a file. */
const concurrency = 4;
const overheadBytes = 65_536;
const maxAddressLength = 100;

/** Handler of the public question whether a file was made here. Stores nothing. */
export function recognizeHandlers(
  options: RouterOptions,
  {
    jsonResponse,
    recognition,
  }: { readonly jsonResponse: JsonResponse; readonly recognition: RecognitionSettings | null },
): Pick<Handlers, "recognize"> {
  const { random, service, spool } = options;
  const { clock, limits } = service;
  if (recognition === null) return { recognize: [refuse] };
  const { addressOf, maxBytes, rate } = recognition;
  const maxFormBytes = Math.min(maxBytes, limits.maxInputImageBytes);
  const maxBodyBytes = Math.max(maxBytes, maxImageBodyBytes(maxFormBytes));
  const count = createClientRate(rate, clock);
  const slots = createBodySlots({
    clock,
    random,
    noun: "files",
    maxBytes: concurrency * maxBodyBytes,
    maxBodyBytes,
    maxBodiesPerOwner: maxFilesPerClient,
    overheadBytes,
    expireMs: maxBodyMs,
  });
  return {
    recognize: [
      async (c) => {
        const client = clientOf(addressOf(toIdentifyRequest(c)));
        count(client);
        const slot = slots.acquire({ ownerId: client, byteLength: contentLengthOf(c) ?? maxBodyBytes });
        try {
          const reading = { maxBytes, maxFormBytes, maxBytesOf: () => maxBytes, maxMs: maxBodyMs };
          const file = await readFile(c, { ...reading, clock, slot, spool });
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

/** A host in JavaScript may return any value. The text is kept, so it is shortened. */
function clientOf(address: unknown): string {
  return typeof address === "string" ? address.slice(0, maxAddressLength) : "";
}

/** A host without the option has no such path. */
const refuse: RouterHandler = () => {
  throw notFound();
};
