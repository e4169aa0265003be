import { SafelightError } from "@safelight/client";
import { uploadWithProgress } from "@safelight/client/upload";
import { useSyncExternalStore } from "react";
import { maxClipBytes } from "../models/generation-input.ts";
import { client } from "../safelight.ts";
import { describeUploadProblem } from "../text/describe-problem.ts";
import { changeDraft } from "./draft.ts";

/** State of the upload of an input file. A finished upload is `idle`, with the file in the draft. */
export type FileUpload =
  | { readonly status: "idle" }
  | {
      readonly status: "uploading";
      readonly previewUrl: string;
      readonly isClip: boolean;
      /** The sent share, from 0 to 1; `null` while the browser reports none. */
      readonly sent: number | null;
    }
  /** `retry` uploads the file again; `null` if that would fail again. */
  | { readonly status: "failed"; readonly problem: string; readonly retry: (() => void) | null };

/** Image types that all vendors accept. */
export const imageTypes: readonly string[] = ["image/png", "image/jpeg", "image/webp"];

/** Types of videos and audio files. */
export const clipTypes: readonly string[] = ["video/mp4", "video/webm", "video/quicktime", "audio/*"];

/** Max size of an image, in bytes: the default limit of a server. */
const maxImageBytes = 26_214_400;

const idle: FileUpload = { status: "idle" };

// Module state, so that navigation does not abort an upload.
let upload: FileUpload = idle;
let running: AbortController | null = null;
const listeners = new Set<() => void>();

/** The upload of this tab. */
export function useFileUpload(): FileUpload {
  return useSyncExternalStore(subscribe, () => upload);
}

/**
 * Uploads an input file for the draft. Aborts a running upload.
 *
 * @param options.acceptsClip whether the model also accepts a video or an audio file.
 */
export async function uploadFile(file: File, options: { readonly acceptsClip: boolean }): Promise<void> {
  removeFile();
  const isClip = isClipType(file.type);
  const problem = isClip && options.acceptsClip ? clipProblemOf(file) : imageProblemOf(file);
  if (problem !== null) {
    show({ status: "failed", problem, retry: null });
    return;
  }
  const own = new AbortController();
  running = own;
  const uploading = { status: "uploading", previewUrl: URL.createObjectURL(file), isClip, sent: null } as const;
  show(uploading);
  const onProgress = (sent: number) => {
    if (running === own) show({ ...uploading, sent });
  };
  try {
    const { id } = await uploadWithProgress(client, file, { signal: own.signal, onProgress });
    if (running !== own) return;
    changeDraft(isClip ? { clip: id } : { image: id });
    show(idle);
  } catch (error) {
    if (running !== own) return;
    const isTransient = SafelightError.isInstance(error) && ["network", "timeout", "unavailable"].includes(error.code);
    const retry = isTransient ? () => void uploadFile(file, options) : null;
    show({ status: "failed", problem: describeUploadProblem(error, isClip), retry });
  }
}

/** Removes the input file from the draft, and aborts a running upload. */
export function removeFile(): void {
  running?.abort();
  running = null;
  changeDraft({ image: null, clip: null });
  show(idle);
}

/** Clears the problem of a failed upload, since the next submit has no input file. */
export function clearUploadProblem(): void {
  if (upload.status === "failed") show(idle);
}

function imageProblemOf({ size, type }: File): string | null {
  if (!imageTypes.includes(type)) return "That is no picture to begin from. Choose a PNG, JPEG or WebP.";
  if (size > maxImageBytes) return "That picture is too large. Choose one of at most 25 MB.";
  return null;
}

/** Whether a content type is that of a video or an audio file. */
function isClipType(type: string): boolean {
  return /^(video|audio)\//.test(type);
}

function clipProblemOf({ size }: File): string | null {
  return size > maxClipBytes ? "That clip is too large. Choose one of at most 50 MB." : null;
}

function show(next: FileUpload): void {
  const hasSamePreview =
    next.status === "uploading" && upload.status === "uploading" && next.previewUrl === upload.previewUrl;
  if (upload.status === "uploading" && !hasSamePreview) URL.revokeObjectURL(upload.previewUrl);
  upload = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
