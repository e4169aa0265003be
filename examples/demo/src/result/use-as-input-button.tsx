import type { Output } from "@safelight/client/contract";
import { useRef } from "react";
import { flushSync } from "react-dom";
import { useLocation } from "wouter";
import { isOverPage } from "../history/details-entry.ts";
import { acceptsField } from "../models/models.ts";
import { useOfferedModels, useSelectedModel } from "../models/use-offered-models.ts";
import { useToast } from "../notices/toasts.tsx";
import { ImageIcon } from "../shell/icons.tsx";
import { changeDraft } from "../studio/draft.ts";
import { uploadImage } from "../studio/image-upload.ts";

/** Uses an output, or the poster of a video, as the draft's input image. If the selected model accepts no image, it selects the first that does. */
export function UseAsInputButton({ output }: { readonly output: Output }) {
  const offered = useOfferedModels() ?? [];
  const selected = useSelectedModel();
  const toast = useToast();
  const [, navigate] = useLocation();
  const isReading = useRef(false);
  const model = acceptsField(selected, "image") ? selected : offered.find(({ id }) => acceptsField(id, "image"))?.id;
  const source = output.kind === "image" ? output.url : output.kind === "video" ? output.thumbnailUrl : null;
  if (model === undefined || source === null) return null;
  const use = async () => {
    if (isReading.current) return;
    isReading.current = true;
    try {
      const response = await fetch(source);
      if (!response.ok) throw new Error(`The image request failed with ${response.status}.`);
      const bytes = await response.blob();
      flushSync(() => {
        changeDraft({ model });
        navigate("/", { replace: isOverPage() });
      });
      document.getElementById("prompt")?.focus();
      await uploadImage(new File([bytes], "input", { type: bytes.type }));
    } catch {
      toast({ title: "The picture could not be read", detail: "Try again in a moment." });
    } finally {
      isReading.current = false;
    }
  };
  return (
    <button type="button" className="button" onClick={() => void use()}>
      <ImageIcon /> Use as input
    </button>
  );
}
