import { lazy, Suspense, useState } from "react";
import { PhoneIcon } from "../shell/icons.tsx";

const PhoneModal = lazy(async () => {
  const { PhoneModal } = await import("./phone-modal.tsx");
  return { default: PhoneModal };
});

/** Opens the dialog with the handover link. */
export function PhoneButton({ variant }: { readonly variant: "icon" | "text" }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {variant === "text" ? (
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
