import type { ProviderFailure } from "../../generation/provider-failure.js";
import type { InputImages } from "../../ports/input-images.js";
import { failureOfStatus } from "../kit/failures/failure-of-status.js";
import { pictureFile } from "../kit/images/picture-file.js";
import { fieldsOf, jsonOf } from "../kit/request/vendor-json.js";
import { type ComfyuiServer, send, vendorName } from "./comfyui-server.js";

/** Where the pictures of owners are, in the server's folder of inputs. */
const subfolder = "safelight";

/**
 * Copies an uploaded picture to the server, under a name that only this picture has: doing it twice changes nothing.
 *
 * @returns its name, as nodes take it.
 * @throws {InputImageMissing} when it is not there any more.
 */
export async function uploadPicture(
  server: ComfyuiServer,
  reference: string,
  { images, signal }: { readonly images: InputImages; readonly signal: AbortSignal },
): Promise<{ readonly name: string } | { readonly failure: ProviderFailure }> {
  const form = new FormData();
  form.set("image", pictureFile(await images.read(reference), reference));
  form.set("type", "input");
  form.set("subfolder", subfolder);
  form.set("overwrite", "true");
  const reply = await send(server, "/upload/image", { method: "POST", body: form, signal });
  if (reply.type !== "answered") return { failure: notTaken(reply.reason) };
  const { name, subfolder: folder } = fieldsOf(jsonOf(reply));
  if (reply.status === 200 && typeof name === "string") {
    return { name: typeof folder === "string" && folder !== "" ? `${folder}/${name}` : name };
  }
  return { failure: failureOfStatus(vendorName, reply, server.now()) ?? notTaken(`It answered ${reply.status}.`) };
}

/** Nothing has been paid yet: whatever went wrong, all of it may be tried again. */
function notTaken(reason: string): ProviderFailure {
  return { code: "provider_unavailable", message: `${vendorName} did not take a picture: ${reason}` };
}
