import type { Generation } from "@safelight/client/contract";
import { flushSync } from "react-dom";
import { useLocation } from "wouter";
import { isOverPage } from "../history/details-entry.ts";
import { PencilIcon } from "../shell/icons.tsx";
import { changeDraft, toDraft } from "../studio/draft.ts";

/** Loads the input and the model of a generation into the form, and focuses the prompt. */
export function EditPromptButton(props: { readonly generation: Generation; readonly isPrimary: boolean }) {
  const { generation, isPrimary } = props;
  const [, navigate] = useLocation();
  const edit = () => {
    // The prompt can receive the focus only after the dialog over it has closed.
    flushSync(() => {
      changeDraft(toDraft(generation));
      navigate("/", { replace: isOverPage() });
    });
    const prompt = document.getElementById("prompt");
    if (!(prompt instanceof HTMLTextAreaElement)) return;
    prompt.focus();
    prompt.setSelectionRange(prompt.value.length, prompt.value.length);
  };
  return (
    <button type="button" className={isPrimary ? "button button-lamp" : "button"} onClick={edit}>
      <PencilIcon /> Edit prompt
    </button>
  );
}
