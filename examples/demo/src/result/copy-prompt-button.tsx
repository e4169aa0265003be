import { useEffect, useState } from "react";
import { useToast } from "../notices/toasts.tsx";
import { CheckIcon, CopyIcon } from "../shell/icons.tsx";

const confirmationMs = 2_000;

/** Copies a prompt, and confirms it in its label. */
export function CopyPromptButton({ prompt }: { readonly prompt: string }) {
  const toast = useToast();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), confirmationMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = async () => {
    try {
      // `navigator.clipboard` is undefined on plain http, except on localhost.
      await navigator.clipboard.writeText(prompt);
      setCopied(true);
    } catch {
      toast({ title: "The prompt could not be copied", detail: "This browser does not allow it here." });
    }
  };
  return (
    <button type="button" className="button" onClick={() => void copy()}>
      {isCopied ? <CheckIcon /> : <CopyIcon />}
      <span aria-live="polite">{isCopied ? "Copied" : "Copy prompt"}</span>
    </button>
  );
}
