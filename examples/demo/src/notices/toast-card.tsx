import * as Toast from "@radix-ui/react-toast";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { CloseIcon } from "../shell/icons.tsx";
import { useFocusFallback } from "../shell/use-focus-fallback.ts";

/** Takes the focus of a card that another one takes the place of. */
export const toastsId = "messages";

/** One card that comes and goes. It takes no focus; Escape closes it, as its button does. */
export function ToastCard(props: {
  /** Beside the words, for the eye only. */
  readonly picture?: ReactNode;
  readonly title: string;
  readonly detail: ReactNode;
  readonly view?: { readonly href: string; readonly label: string };
  /** Whether a screen reader breaks off for it, rather than telling it when there is a pause. */
  readonly isUrgent?: boolean;
  /** The generations that it tells of. */
  readonly ids?: readonly string[];
  /** Called once it is out of sight. */
  readonly onClose: () => void;
}) {
  const { picture, title, detail, view, isUrgent = false, ids, onClose } = props;
  const [open, setOpen] = useState(true);
  const card = useFocusFallback<HTMLLIElement>(toastsId);
  return (
    <Toast.Root
      ref={card}
      className="toast"
      type={isUrgent ? "foreground" : "background"}
      open={open}
      onOpenChange={setOpen}
      onAnimationEnd={() => {
        if (!open) onClose();
      }}
      data-generations={ids?.join(" ")}
    >
      {picture !== undefined && (
        <div className="toast-image" aria-hidden="true">
          {picture}
        </div>
      )}
      <div className="toast-words">
        <Toast.Title className="toast-title">
          {title}
          <SentenceEnd />
        </Toast.Title>
        <Toast.Description asChild>
          <div className="toast-detail">{detail}</div>
        </Toast.Description>
      </div>
      {view !== undefined && (
        <Link className="button toast-view" href={view.href} aria-label={view.label} onClick={() => setOpen(false)}>
          View
        </Link>
      )}
      <Toast.Close className="icon-button" aria-label="Close this message">
        <CloseIcon />
      </Toast.Close>
    </Toast.Root>
  );
}

/** Ends a sentence for those who hear the card: what is read out is put together without a gap. */
export function SentenceEnd() {
  return <span className="visually-hidden">. </span>;
}
