import { SafelightError } from "@safelight/client";
import { useSyncExternalStore } from "react";
import { client } from "../safelight.ts";
import { describeUploadProblem } from "../text/describe-problem.ts";
import { changeDraft } from "./draft.ts";

/** State of the upload of an input image. A finished upload is `idle`, with the image in the draft. */
export type ImageUpload =
  | { readonly status: "idle" }
  | { readonly status: "uploading"; readonly previewUrl: string }
  /** `retry` uploads the file again; `null` if that would fail again. */
  | { readonly status: "failed"; readonly problem: string; readonly retry: (() => void) | null };

/** Content types that all vendors accept. */
export const imageTypes: readonly string[] = ["image/png", "image/jpeg", "image/webp"];

/** Limit of the server. */
const maxBytes = 26_214_400;

const idle: ImageUpload = { status: "idle" };

// Module state, so that navigation does not abort an upload.
let upload: ImageUpload = idle;
let running: AbortController | null = null;
const listeners = new Set<() => void>();

/** The upload of this tab. */
export function useImageUpload(): ImageUpload {
  return useSyncExternalStore(subscribe, () => upload);
}

/** Uploads an input image for the draft. Aborts a running upload. */
export async function uploadImage(file: File): Promise<void> {
  removeImage();
  const problem = problemOf(file);
  if (problem !== null) {
    show({ status: "failed", problem, retry: null });
    return;
  }
  const own = new AbortController();
  running = own;
  show({ status: "uploading", previewUrl: URL.createObjectURL(file) });
  try {
    const { id } = await client.uploadInput(file, { signal: own.signal });
    if (running !== own) return;
    changeDraft({ image: id });
    show(idle);
  } catch (error) {
    if (running !== own) return;
    const isTransient = SafelightError.isInstance(error) && ["network", "timeout", "unavailable"].includes(error.code);
    const retry = isTransient ? () => void uploadImage(file) : null;
    show({ status: "failed", problem: describeUploadProblem(error), retry });
  }
}

/** Removes the input image from the draft, and aborts a running upload. */
export function removeImage(): void {
  running?.abort();
  running = null;
  changeDraft({ image: null });
  show(idle);
}

/** Clears the problem of a failed upload, since the next submit has no input image. */
export function clearUploadProblem(): void {
  if (upload.status === "failed") show(idle);
}

function problemOf({ size, type }: File): string | null {
  if (!imageTypes.includes(type)) return "That is no picture to begin from. Choose a PNG, JPEG or WebP.";
  if (size > maxBytes) return "That picture is too large. Choose one of at most 25 MB.";
  return null;
}

function show(next: ImageUpload): void {
  if (upload.status === "uploading") URL.revokeObjectURL(upload.previewUrl);
  upload = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
