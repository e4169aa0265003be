import type { InputImages } from "../../ports/input-images.js";
import type { AiSdkFile } from "./image-model.js";

/**
 * Reads uploaded files, one after the other, because they may be large.
 *
 * @throws {InputImageUnavailable} if one was deleted.
 */
export async function filesOf(references: readonly string[], images: InputImages): Promise<readonly AiSdkFile[]> {
  const files: AiSdkFile[] = [];
  for (const reference of references) files.push(await fileOf(reference, images));
  return files;
}

/** Reads an uploaded file. @throws {InputImageUnavailable} if it was deleted */
export async function fileOf(reference: string, images: InputImages): Promise<AiSdkFile> {
  const { bytes, contentType } = await images.read(reference);
  return { type: "file", mediaType: contentType, data: bytes };
}
