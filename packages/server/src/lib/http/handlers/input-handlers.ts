import type { InputResponse } from "@safelight/client/contract";
import { checkUploadRate } from "../../service/inputs/check-upload-rate.js";
import { maxPutMs, uploadInput } from "../../service/inputs/upload-input.js";
import { maxFileBytesOf, maxUploadedBytes } from "../../service/inputs/upload-limits.js";
import { createBodySlots } from "../request/body-slots.js";
import { maxImageBodyBytes, readFile } from "../request/file-body.js";
import { contentLengthOf } from "../request/read-body.js";
import { type RouterOptions, responseContext } from "../request/router-context.js";
import type { Handlers } from "./handlers.js";

/** Time limit of a body up to the size of an image, and of one without a `Content-Length`, in milliseconds. */
const maxImageMs = 300_000;
/** Time limit of any other body, in milliseconds. The client's `uploadInput` has the same one. */
const maxBodyMs = 900_000;
/** Max concurrent uploads of one owner: the default max of files in one input. */
const maxUploadsPerOwner = 10;
const overheadBytes = 65_536;

/** Handler of uploads; `mediaHandlers` serves the files. */
export function inputHandlers({
  basePath,
  publicOrigin,
  random,
  service,
  spool,
}: RouterOptions): Pick<Handlers, "uploadInput"> {
  const { clock, limits } = service;
  const imageBodyBytes = maxImageBodyBytes(limits.maxInputImageBytes);
  const maxBytes = maxUploadedBytes(limits);
  const slots = createBodySlots({
    clock,
    random,
    noun: "uploads",
    maxBytes: limits.maxUploadBytes,
    maxBodyBytes: Math.max(imageBodyBytes, maxBytes),
    maxSmallBodyBytes: imageBodyBytes,
    maxBodiesPerOwner: maxUploadsPerOwner,
    overheadBytes,
    expireMs: maxBodyMs + maxPutMs,
  });
  return {
    uploadInput: [
      async (c) => {
        const { caller, erasurePosition } = c.var;
        const contentLength = contentLengthOf(c);
        const declaredBytes = contentLength ?? imageBodyBytes;
        const maxMs = declaredBytes <= imageBodyBytes ? maxImageMs : maxBodyMs;
        // First: an owner above the rate must reserve nothing.
        await checkUploadRate(service, caller);
        const slot = slots.acquire({
          ownerId: caller.ownerId,
          declaredBytes,
          ...(contentLength !== null && { reserveForMs: maxMs }),
        });
        try {
          const file = await readFile(c, {
            maxBytes,
            maxFormBytes: limits.maxInputImageBytes,
            maxBytesOf: (start) => maxFileBytesOf(start, limits),
            maxMs,
            clock,
            slot,
            spool,
          });
          try {
            const body: InputResponse = { input: await uploadInput(service, { caller, erasurePosition, ...file }) };
            const headers = { Location: `${publicOrigin}${basePath}/inputs/${body.input.id}` };
            return responseContext(c).json(body, 201, headers);
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
