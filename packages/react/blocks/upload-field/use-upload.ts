import type { MediaKind, UploadedInput } from "@safelight/client/contract";
import { uploadWithProgress } from "@safelight/client/upload";
import { useCallback, useEffect, useRef, useState } from "react";
import { client } from "../hooks";
import { uploadProblemText } from "./upload-texts";

/** The upload of a field. */
export type Upload =
  | { readonly status: "idle" }
  | {
      readonly status: "uploading";
      readonly previewUrl: string;
      readonly type: string;
      /** The sent share, from 0 to 1; `null` while the browser reports none. */
      readonly sent: number | null;
    }
  | { readonly status: "failed"; readonly problem: string };

/** Uploads one file at a time: a further file replaces a running upload. */
export function useUpload(onUploaded: (input: UploadedInput) => void, kinds: readonly MediaKind[]) {
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
      const show = (sent: number | null) => {
        if (running.current === own)
          setUpload({ status: "uploading", previewUrl: own.previewUrl, type: file.type, sent });
      };
      show(null);
      try {
        const input = await uploadWithProgress(client, file, { signal: own.controller.signal, onProgress: show });
        if (running.current !== own) return;
        setUpload({ status: "idle" });
        onUploaded(input);
      } catch (error) {
        if (running.current !== own) return;
        setUpload({ status: "failed", problem: uploadProblemText(error, kinds) });
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
