import type { InputFiles } from "../../ports/input-files.js";
import type { AiSdkFile } from "./image-model.js";

/**
 * Reads uploaded files, one after the other, because they may be large.
 *
 * @throws {InputFileUnavailable} if one was deleted.
 */
export async function filesOf(references: readonly string[], given: InputFiles): Promise<readonly AiSdkFile[]> {
  const files: AiSdkFile[] = [];
  for (const reference of references) files.push(await fileOf(reference, given));
  return files;
}

/** Reads an uploaded file. @throws {InputFileUnavailable} if it was deleted */
export async function fileOf(reference: string, given: InputFiles): Promise<AiSdkFile> {
  const { bytes, contentType } = await given.read(reference);
  return { type: "file", mediaType: contentType, data: bytes };
}
