import { lazy, Suspense, useState } from "react";
import { PhoneIcon } from "../shell/icons.tsx";

const PhoneModal = lazy(async () => {
  const { PhoneModal } = await import("./phone-modal.tsx");
  return { default: PhoneModal };
});

/** Opens the way to another device; in the header as a sign, elsewhere in words. */
export function PhoneButton({ look }: { readonly look: "sign" | "words" }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {look === "words" ? (
        <button type="button" className="button" onClick={() => setOpen(true)}>
          <PhoneIcon /> Continue on another device
        </button>
      ) : (
        <button
          type="button"
          className="icon-button phone-button"
          aria-label="Continue on your phone"
          onClick={() => setOpen(true)}
        >
          <PhoneIcon />
        </button>
      )}
      {isOpen && (
        <Suspense>
          <PhoneModal onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
