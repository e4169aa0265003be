import { useRef, useState } from "react";

/** A text that can be copied with one press, also where the clipboard is out of reach: it is selected then. */
export function CopyButton({ text }: { readonly text: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    field.current?.select();
    try {
      // Absent on plain http, but for localhost.
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <div className="copy">
      <input
        ref={field}
        className="input"
        readOnly
        value={text}
        aria-label="Link"
        onFocus={(event) => event.target.select()}
      />
      <button type="button" className="button" onClick={() => void copy()}>
        {isCopied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}
