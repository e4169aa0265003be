import type { Generation } from "@safelight/client/contract";
import { flushSync } from "react-dom";
import { useLocation } from "wouter";
import { isOverPage } from "../history/details-entry.ts";
import { PencilIcon } from "../shell/icons.tsx";
import { changeDraft, toDraft } from "../studio/draft.ts";

/** Puts an old input and its model back into the form, with the focus in the prompt. */
export function EditPromptButton(props: { readonly generation: Generation; readonly isFirst: boolean }) {
  const { generation, isFirst } = props;
  const [, navigate] = useLocation();
  const edit = () => {
    // The form can take the focus only after the window over it is gone.
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
    <button type="button" className={isFirst ? "button button-lamp" : "button"} onClick={edit}>
      <PencilIcon /> Edit prompt
    </button>
  );
}
