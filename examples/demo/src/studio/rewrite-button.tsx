import type { Generation } from "@safelight/client/contract";
import { useLocation } from "wouter";
import { changeDraft, toDraft } from "./draft.ts";

/** Puts an old input, and its model, back where they can be changed. */
export function RewriteButton({ generation }: { readonly generation: Generation }) {
  const [, navigate] = useLocation();
  return (
    <button
      type="button"
      className="button"
      onClick={() => {
        changeDraft(toDraft(generation));
        navigate("/");
        document.getElementById("prompt")?.focus();
      }}
    >
      Use this prompt
    </button>
  );
}
