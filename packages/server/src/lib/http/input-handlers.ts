import type { InputResponse } from "@safelight/client/contract";
import { checkUploadRate } from "../service/check-upload-rate.js";
import { uploadInput } from "../service/upload-input.js";
import type { Handlers } from "./handlers.js";
import { readPicture } from "./picture-body.js";
import { type RouterOptions, replyOf } from "./router-context.js";

/** What takes pictures in; `mediaHandlers` give them out. */
export function inputHandlers({ service, basePath, publicOrigin }: RouterOptions): Pick<Handlers, "uploadInput"> {
  return {
    uploadInput: [
      async (c) => {
        await checkUploadRate(service, c.var.caller);
        const bytes = await readPicture(c, service.limits.maxInputImageBytes);
        const body: InputResponse = { input: await uploadInput(service, c.var.caller, bytes) };
        const headers = { Location: `${publicOrigin}${basePath}/inputs/${body.input.id}` };
        return replyOf(c).json(body, 201, headers);
      },
    ],
  };
}
