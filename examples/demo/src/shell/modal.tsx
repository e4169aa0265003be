import { type ReactNode, useEffect, useRef } from "react";
import "./modal.css";
import { useCountedModal } from "./open-modals.ts";

/**
 * A modal `<dialog>`, open while it is mounted. It traps the focus, closes on Escape or a click outside, and restores the
 * focus.
 */
export function Modal(props: {
  readonly label: string;
  readonly className?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { label, className = "", onClose, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useCountedModal();
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    // Focuses the dialog itself, so that it opens at its top: the first button may be far below.
    dialog.current?.focus({ preventScroll: true });
    return () => {
      const isFocusLost = document.activeElement === null || document.activeElement === document.body;
      if (isFocusLost && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click outside closes the dialog; the keyboard has Escape
    <dialog
      ref={dialog}
      className={`modal ${className}`}
      aria-label={label}
      tabIndex={-1}
      onCancel={(event) => {
        // Closes at once: the browser's late `close` event could close a dialog that has opened since.
        event.preventDefault();
        onClose();
      }}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className="modal-content">{children}</div>
    </dialog>
  );
}
