import { lazy, Suspense, useState } from "react";
import { PhoneIcon } from "../shell/icons.tsx";

const PhoneModal = lazy(async () => {
  const { PhoneModal } = await import("./phone-modal.tsx");
  return { default: PhoneModal };
});

/** Opens the way to another device. */
export function PhoneButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="icon-button phone-button"
        aria-label="Continue on your phone"
        onClick={() => setOpen(true)}
      >
        <PhoneIcon />
      </button>
      {isOpen && (
        <Suspense>
          <PhoneModal onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
