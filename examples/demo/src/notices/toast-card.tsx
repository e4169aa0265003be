import * as Toast from "@radix-ui/react-toast";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { CloseIcon } from "../shell/icons.tsx";
import { useFocusFallback } from "../shell/use-focus-fallback.ts";

/** Id of the element that receives the focus of a removed card. */
export const toastsId = "messages";

/** A card that closes by Escape, by its button or after a timeout. It takes no focus when it appears. */
export function ToastCard(props: {
  /** Decorative, hidden from screen readers. */
  readonly image?: ReactNode;
  readonly title: string;
  readonly detail: ReactNode;
  readonly view?: { readonly href: string; readonly label: string };
  /** Announces the card assertively instead of politely. @default false */
  readonly isUrgent?: boolean;
  /** Ids of the generations of the notice. */
  readonly ids?: readonly string[];
  /** Called after the exit animation. */
  readonly onClose: () => void;
}) {
  const { image, title, detail, view, isUrgent = false, ids, onClose } = props;
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
      {image !== undefined && (
        <div className="toast-image" aria-hidden="true">
          {image}
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

/** A full stop for screen readers: the announcement joins the texts of a card without a separator. */
export function SentenceEnd() {
  return <span className="visually-hidden">. </span>;
}
