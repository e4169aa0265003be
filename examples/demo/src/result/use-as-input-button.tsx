import type { Output } from "@safelight/client/contract";
import { useRef } from "react";
import { flushSync } from "react-dom";
import { useLocation } from "wouter";
import { isOverPage } from "../history/details-entry.ts";
import { acceptsField, type InputField } from "../models/models.ts";
import { useOfferedModels, useSelectedModel } from "../models/use-offered-models.ts";
import { useToast } from "../notices/toasts.tsx";
import { ImageIcon } from "../shell/icons.tsx";
import { changeDraft } from "../studio/draft.ts";
import { uploadFile } from "../studio/file-upload.ts";
import { inputSourceOf } from "./input-source.ts";

/** Uses an output as the draft's input. If the selected model does not accept it, selects the first offered one that does. */
export function UseAsInputButton({ output }: { readonly output: Output }) {
  const offered = useOfferedModels() ?? [];
  const selected = useSelectedModel();
  const toast = useToast();
  const [, navigate] = useLocation();
  const isReading = useRef(false);
  const modelWith = (field: InputField) =>
    acceptsField(selected, field) ? selected : offered.find(({ id }) => acceptsField(id, field))?.id;
  const source = inputSourceOf(output, { clip: modelWith("clip"), image: modelWith("image") });
  if (source === null) return null;
  const use = async () => {
    if (isReading.current) return;
    isReading.current = true;
    try {
      const response = await fetch(source.url);
      if (!response.ok) throw new Error(`The request of the output failed with ${response.status}.`);
      const bytes = await response.blob();
      flushSync(() => {
        changeDraft({ model: source.model });
        navigate("/", { replace: isOverPage() });
      });
      document.getElementById("prompt")?.focus();
      await uploadFile(new File([bytes], "input", { type: bytes.type }), { acceptsClip: source.isClip });
    } catch {
      toast({ title: "The result could not be read", detail: "Try again in a moment." });
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
