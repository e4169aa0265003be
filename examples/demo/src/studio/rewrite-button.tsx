import type { Generation } from "@safelight/client/contract";
import { useLocation } from "wouter";
import { pictureInputOf } from "../words/picture-input.ts";
import { toDraft, useDraft } from "./draft.ts";

/** Puts an old input back where it can be changed. */
export function RewriteButton({ generation }: { readonly generation: Generation }) {
  const [, change] = useDraft();
  const [, navigate] = useLocation();
  return (
    <button
      type="button"
      className="button"
      onClick={() => {
        change(toDraft(pictureInputOf(generation)));
        navigate("/");
        document.getElementById("prompt")?.focus();
      }}
    >
      Use this prompt
    </button>
  );
}
