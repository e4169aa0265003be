import { type ReactNode, useEffect, useRef } from "react";
import "./modal.css";
import { useCountedModal } from "./open-modals.ts";

/**
 * A window over the page, on the browser's own dialog: it keeps the focus, closes with Esc, and gives the focus back.
 * Mounted is open.
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
    // The window itself, so that it opens at its top: its first button may be far below.
    dialog.current?.focus({ preventScroll: true });
    return () => {
      const isLost = document.activeElement === null || document.activeElement === document.body;
      if (isLost && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the window closes it; the keyboard has Esc
    <dialog
      ref={dialog}
      className={`modal ${className}`}
      aria-label={label}
      tabIndex={-1}
      onCancel={(event) => {
        // At once: the browser's own `close` comes late enough to close what was opened meanwhile.
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
