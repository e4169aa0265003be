import { SafelightError } from "@safelight/client";
import type { UploadedInput } from "@safelight/client/contract";
import { useCallback, useEffect, useRef, useState } from "react";
import { client } from "../hooks";
import { problemText } from "../messages/problem-text";

/** The upload of a field. */
export type Upload =
  | { readonly status: "idle" }
  | { readonly status: "uploading"; readonly previewUrl: string }
  | { readonly status: "failed"; readonly problem: string };

/** Uploads one image at a time: a further file replaces a running upload. */
export function useUpload(onUploaded: (input: UploadedInput) => void) {
  const [upload, setUpload] = useState<Upload>({ status: "idle" });
  const running = useRef<{ readonly controller: AbortController; readonly previewUrl: string } | null>(null);
  const stop = useCallback(() => {
    if (running.current === null) return;
    running.current.controller.abort();
    URL.revokeObjectURL(running.current.previewUrl);
    running.current = null;
  }, []);
  useEffect(() => stop, [stop]);
  return {
    upload,
    async start(file: Blob): Promise<void> {
      stop();
      const own = { controller: new AbortController(), previewUrl: URL.createObjectURL(file) };
      running.current = own;
      setUpload({ status: "uploading", previewUrl: own.previewUrl });
      try {
        const input = await client.uploadInput(file, { signal: own.controller.signal });
        if (running.current !== own) return;
        setUpload({ status: "idle" });
        onUploaded(input);
      } catch (error) {
        if (running.current !== own) return;
        setUpload({ status: "failed", problem: uploadProblemText(error) });
      }
      stop();
    },
    cancel() {
      stop();
      setUpload({ status: "idle" });
    },
    fail(problem: string) {
      stop();
      setUpload({ status: "failed", problem });
    },
  };
}

function uploadProblemText(error: unknown): string {
  if (!SafelightError.isInstance(error)) return problemText(error);
  switch (error.code) {
    case "payload_too_large":
      return "This image is too large. Choose a smaller file.";
    case "unsupported_media_type":
      return "This file is not an image that can be used. Choose a PNG, JPEG or WebP.";
    case "invalid_input":
      return "This image has too many pixels, or is damaged. Choose another one.";
    case "network":
    case "timeout":
      return "The upload broke off. Try again.";
    default:
      return problemText(error);
  }
}
