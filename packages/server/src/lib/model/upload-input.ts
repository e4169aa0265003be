import type { MediaKind } from "@safelight/client/contract";
import { z } from "zod";
import { kindWithArticle } from "../generation/kind-nouns.js";
import { type UploadRule, uploadFault } from "../generation/upload-rule.js";

/** Limits of a field for images. */
export type ImageInputOptions = Omit<UploadRule, "maxSeconds">;
/** Limits of a field for videos. */
export type VideoInputOptions = UploadRule;
/** Limits of a field for audio files. */
export type AudioInputOptions = Omit<UploadRule, "maxPixels">;

/**
 * A schema field for an uploaded image: its id, as `POST /inputs` returns it. Each submit checks that the image exists
 * and belongs to the owner. A file of another kind is refused. The provider reads it with `request.files`.
 *
 * @example
 * ```ts
 * defineModel({ provider, input: z.object({ prompt: z.string(), image: imageInput(), mask: imageInput().optional() }) });
 * ```
 */
export function imageInput(options: ImageInputOptions = {}): z.ZodType<string, string> {
  return uploadInput({ ...options, kind: "image" });
}

/**
 * A schema field for an uploaded video, as `imageInput`.
 *
 * @example
 * ```ts
 * defineModel({ kind: "video", provider, input: z.object({ prompt: z.string(), clip: videoInput({ maxSeconds: 10 }) }) });
 * ```
 */
export function videoInput(options: VideoInputOptions = {}): z.ZodType<string, string> {
  return uploadInput({ ...options, kind: "video" });
}

/**
 * A schema field for an uploaded audio file, as `imageInput`.
 *
 * @example
 * ```ts
 * defineModel({ kind: "video", provider, input: z.object({ face: imageInput(), speech: audioInput({ maxSeconds: 60 }) }) });
 * ```
 */
export function audioInput(options: AudioInputOptions = {}): z.ZodType<string, string> {
  return uploadInput({ ...options, kind: "audio" });
}

function uploadInput(rule: UploadRule & { readonly kind: MediaKind }): z.ZodType<string, string> {
  const check = (value: string, context: z.RefinementCtx): void => {
    const message = uploadFault(value, rule);
    if (message !== null) context.addIssue({ code: "custom", message });
  };
  const description = `The id of ${kindWithArticle(rule.kind)} that was uploaded to /inputs.`;
  return z.string().superRefine(check).meta({ description, pattern: "^inp_[0-9a-f-]{36}$" });
}
