import type { InputResponse } from "@safelight/client/contract";
import { checkUploadRate } from "../../service/inputs/check-upload-rate.js";
import { putLimitMs, uploadInput } from "../../service/inputs/upload-input.js";
import { createBodySlots } from "../request/body-slots.js";
import { maxImageBodyBytes, readImage } from "../request/image-body.js";
import { contentLengthOf } from "../request/read-body.js";
import { type RouterOptions, responseContext } from "../request/router-context.js";
import type { Handlers } from "./handlers.js";

/** Time limit of a body. The client's `uploadInput` has the same one. */
const maxBodyMs = 300_000;
/** Max concurrent uploads of one owner: the default max of images in one input. */
const maxUploadsPerOwner = 10;
const overheadBytes = 65_536;

/** Handler of image uploads; `mediaHandlers` serves the images. */
export function inputHandlers({ service, basePath, publicOrigin }: RouterOptions): Pick<Handlers, "uploadInput"> {
  const { clock, limits } = service;
  const maxBodyBytes = maxImageBodyBytes(limits.maxInputImageBytes);
  const slots = createBodySlots({
    clock,
    noun: "uploads",
    maxBytes: limits.maxUploadBytes,
    maxBodyBytes,
    maxBodiesPerOwner: maxUploadsPerOwner,
    overheadBytes,
    expireMs: maxBodyMs + putLimitMs,
  });
  return {
    uploadInput: [
      async (c) => {
        const { caller, erasurePosition } = c.var;
        const byteLength = contentLengthOf(c) ?? maxBodyBytes;
        const slot = slots.acquire({ ownerId: caller.ownerId, byteLength });
        try {
          await checkUploadRate(service, caller);
          const bytes = await readImage(c, { maxBytes: limits.maxInputImageBytes, maxMs: maxBodyMs, clock, slot });
          const body: InputResponse = { input: await uploadInput(service, { caller, erasurePosition, bytes }) };
          const headers = { Location: `${publicOrigin}${basePath}/inputs/${body.input.id}` };
          return responseContext(c).json(body, 201, headers);
        } finally {
          slot.release();
        }
      },
    ],
  };
}
