import { SafelightError } from "@safelight/client";
import { useSyncExternalStore } from "react";
import { client } from "../safelight.ts";
import { describeUploadProblem } from "../words/problem-of.ts";
import { changeDraft } from "./draft.ts";

/** What becomes of a picture that was chosen to begin from. Once it is uploaded, it is in the draft. */
export type PictureUpload =
  | { readonly status: "idle" }
  | { readonly status: "uploading"; readonly previewUrl: string }
  /** `retry`: sends it again; `null` where that would change nothing. */
  | { readonly status: "failed"; readonly problem: string; readonly retry: (() => void) | null };

/** What every vendor here can begin from. */
export const pictureTypes: readonly string[] = ["image/png", "image/jpeg", "image/webp"];

/** The server takes no more. */
const mostBytes = 26_214_400;

const idle: PictureUpload = { status: "idle" };

// Above the pages: walking to another one does not end an upload.
let upload: PictureUpload = idle;
let running: AbortController | null = null;
const listeners = new Set<() => void>();

/** The upload of this tab, wherever it was begun. */
export function usePictureUpload(): PictureUpload {
  return useSyncExternalStore(subscribe, () => upload);
}

/** Uploads a picture for the draft to begin from, in place of one that is still on its way. */
export async function uploadPicture(file: File): Promise<void> {
  dropPicture();
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
    const retry = isUnreached ? () => void uploadPicture(file) : null;
    show({ status: "failed", problem: describeUploadProblem(error), retry });
  }
}

/** Leaves the draft without a picture to begin from, and stops one that is on its way. */
export function dropPicture(): void {
  running?.abort();
  running = null;
  changeDraft({ image: null });
  show(idle);
}

/** What went wrong with a picture is not about the generation that is submitted without it. */
export function forgetUploadProblem(): void {
  if (upload.status === "failed") show(idle);
}

function problemOf({ size, type }: File): string | null {
  if (!pictureTypes.includes(type)) return "That is no picture to begin from. Choose a PNG, JPEG or WebP.";
  if (size > mostBytes) return "That picture is too large. Choose one of at most 25 MB.";
  return null;
}

function show(next: PictureUpload): void {
  if (upload.status === "uploading") URL.revokeObjectURL(upload.previewUrl);
  upload = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
