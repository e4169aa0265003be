import type { ProviderFailure } from "../../generation/provider-failure.js";
import { asRecord } from "../../json/as-record.js";
import type { InputFiles } from "../../ports/input-files.js";
import { failureOfStatus } from "../kit/failures/failure-of-status.js";
import { imageFile } from "../kit/inputs/image-file.js";
import { jsonOf } from "../kit/request/vendor-json.js";
import { type ComfyuiServer, send, vendorName } from "./comfyui-server.js";

/** Folder for uploaded images in the server's input folder. */
const subfolder = "safelight";

/**
 * Uploads an image to the server under a unique name. Idempotent.
 *
 * @returns the file name that nodes expect.
 * @throws {InputFileUnavailable} if the uploaded image was deleted.
 */
export async function uploadImage(
  server: ComfyuiServer,
  {
    reference,
    files,
    signal,
  }: { readonly reference: string; readonly files: InputFiles; readonly signal: AbortSignal },
): Promise<{ readonly name: string } | { readonly failure: ProviderFailure }> {
  const form = new FormData();
  form.set("image", imageFile(await files.read(reference), reference));
  form.set("type", "input");
  form.set("subfolder", subfolder);
  form.set("overwrite", "true");
  const result = await send(server, { path: "/upload/image", init: { method: "POST", body: form, signal } });
  if (result.type !== "responded") return { failure: uploadFailed(result.reason) };
  const { name, subfolder: folder } = asRecord(jsonOf(result));
  if (result.status === 200 && typeof name === "string") {
    return { name: typeof folder === "string" && folder !== "" ? `${folder}/${name}` : name };
  }
  return {
    failure:
      failureOfStatus(vendorName, { response: result, now: server.now() }) ?? uploadFailed(`Status ${result.status}.`),
  };
}

/** A retryable failure, because nothing has been paid yet. */
function uploadFailed(reason: string): ProviderFailure {
  return { code: "provider_unavailable", message: `Could not upload an image to ${vendorName}: ${reason}` };
}
