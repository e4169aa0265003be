import { useRef, useState } from "react";

/** A text with a copy button. Without access to the clipboard, the button selects the text. */
export function CopyButton({ text }: { readonly text: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    field.current?.select();
    try {
      // `navigator.clipboard` is undefined on plain http, except on localhost.
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
