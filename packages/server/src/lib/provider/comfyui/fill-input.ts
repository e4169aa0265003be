import type { ProviderFailure } from "../../generation/provider-failure.js";
import { isUploadReference } from "../../generation/upload-reference.js";
import { asRecord } from "../../json/as-record.js";
import type { SubmitRequest } from "../../ports/provider.js";
import { type ComfyuiServer, vendorName } from "./comfyui-server.js";
import { seedOf } from "./prompt-id.js";
import { uploadImage } from "./upload-image.js";
import type { PlaceholderKind } from "./workflow-template.js";

/** Values of all placeholders, or the failure of the input. */
export type FilledInput = { readonly values: ReadonlyMap<string, unknown> } | { readonly failure: ProviderFailure };

/**
 * Resolves the placeholder values of one request. Images are uploaded to the server, which is free.
 *
 * @throws {InputFileUnavailable} if an uploaded image was deleted.
 */
export async function fillInput(
  server: ComfyuiServer,
  {
    placeholders,
    request,
  }: {
    readonly placeholders: ReadonlyMap<string, PlaceholderKind>;
    readonly request: Pick<SubmitRequest<unknown>, "files" | "input" | "signal" | "token">;
  },
): Promise<FilledInput> {
  const fields = asRecord(request.input);
  const wrong = [...placeholders].find(([name, kind]) => !fits(kind, fields[name]));
  if (wrong !== undefined) {
    const [name, kind] = wrong;
    return {
      failure: { code: "invalid_input", message: `Invalid input for ${vendorName}: no ${kind} "${name}".` },
    };
  }
  const values = new Map<string, unknown>();
  for (const [name, kind] of placeholders) {
    const value = fields[name];
    if (kind === "seed") values.set(name, value ?? (await seedOf(request.token)));
    else if (isUploadReference(value) && kind === "image") {
      const uploaded = await uploadImage(server, { ...request, reference: value });
      if ("failure" in uploaded) return uploaded;
      values.set(name, uploaded.name);
    } else values.set(name, value);
  }
  return { values };
}

function fits(kind: PlaceholderKind, value: unknown): boolean {
  switch (kind) {
    case "text":
      return typeof value === "string" && !isUploadReference(value);
    case "number":
      return Number.isFinite(value);
    case "boolean":
      return typeof value === "boolean";
    case "seed":
      return value === undefined || (Number.isSafeInteger(value) && Number(value) >= 0);
    case "image":
      // Any other file name could belong to another owner.
      return isUploadReference(value);
  }
}
