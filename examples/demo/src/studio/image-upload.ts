import { SafelightError } from "@safelight/client";
import { useSyncExternalStore } from "react";
import { client } from "../safelight.ts";
import { describeUploadProblem } from "../text/describe-problem.ts";
import { changeDraft } from "./draft.ts";

/** What becomes of a picture that was chosen to begin from. Once it is uploaded, it is in the draft. */
export type ImageUpload =
  | { readonly status: "idle" }
  | { readonly status: "uploading"; readonly previewUrl: string }
  /** `retry`: sends it again; `null` where that would change nothing. */
  | { readonly status: "failed"; readonly problem: string; readonly retry: (() => void) | null };

/** What every vendor here can begin from. */
export const imageTypes: readonly string[] = ["image/png", "image/jpeg", "image/webp"];

/** The server takes no more. */
const maxBytes = 26_214_400;

const idle: ImageUpload = { status: "idle" };

// Above the pages: walking to another one does not end an upload.
let upload: ImageUpload = idle;
let running: AbortController | null = null;
const listeners = new Set<() => void>();

/** The upload of this tab, wherever it was begun. */
export function useImageUpload(): ImageUpload {
  return useSyncExternalStore(subscribe, () => upload);
}

/** Uploads a picture for the draft to begin from, in place of one that is still on its way. */
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
    const isUnreached = SafelightError.isInstance(error) && ["network", "timeout", "unavailable"].includes(error.code);
    const retry = isUnreached ? () => void uploadImage(file) : null;
    show({ status: "failed", problem: describeUploadProblem(error), retry });
  }
}

/** Leaves the draft without a picture to begin from, and stops one that is on its way. */
export function removeImage(): void {
  running?.abort();
  running = null;
  changeDraft({ image: null });
  show(idle);
}

/** What went wrong with a picture is not about the generation that is submitted without it. */
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
