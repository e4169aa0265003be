import * as Toast from "@radix-ui/react-toast";
import { createContext, type ReactNode, use, useCallback, useState } from "react";
import { CloseIcon } from "../shell/icons.tsx";
import "./toasts.css";

/** One message that comes and goes. */
export interface Message {
  readonly title: string;
  readonly detail?: string | null;
  /** A picture beside the words. */
  readonly pictureUrl?: string | null;
  readonly action?: { readonly label: string; readonly run: () => void };
}

const ToastContext = createContext<((message: Message) => void) | null>(null);

/** How long a message stays, in milliseconds; hovering or focusing it stops the clock. */
const stayMs = 9_000;

/** How many messages are shown at once; one more takes the place of the oldest. */
const mostMessages = 3;

/** Shows messages over every page. F8 moves the focus to them. */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const [messages, setMessages] = useState<readonly (Message & { readonly key: number })[]>([]);
  const show = useCallback((message: Message) => {
    setMessages((shown) => [...shown, { ...message, key: (shown.at(-1)?.key ?? 0) + 1 }].slice(-mostMessages));
  }, []);
  const close = (key: number) => setMessages((shown) => shown.filter((message) => message.key !== key));
  return (
    <ToastContext value={show}>
      <Toast.Provider duration={stayMs} swipeDirection="right" label="Message">
        {children}
        {messages.map(({ key, ...message }) => (
          <ToastCard key={key} message={message} onClose={() => close(key)} />
        ))}
        <Toast.Viewport className="toasts" label="Messages ({hotkey})" />
      </Toast.Provider>
    </ToastContext>
  );
}

/** Shows a message. */
export function useToast(): (message: Message) => void {
  const show = use(ToastContext);
  if (show === null) throw new Error("useToast needs Toasts above it");
  return show;
}

function ToastCard({ message, onClose }: { readonly message: Message; readonly onClose: () => void }) {
  const { title, detail, pictureUrl, action } = message;
  const [open, setOpen] = useState(true);
  return (
    <Toast.Root
      className="toast"
      open={open}
      onOpenChange={setOpen}
      onAnimationEnd={() => {
        if (!open) onClose();
      }}
    >
      {pictureUrl != null && <img className="toast-picture" src={pictureUrl} alt="" />}
      <div className="toast-words">
        <Toast.Title className="toast-title">{title}</Toast.Title>
        {detail != null && <Toast.Description className="toast-detail">{detail}</Toast.Description>}
      </div>
      {action !== undefined && (
        <Toast.Action className="button button-quiet" altText={action.label} onClick={action.run}>
          {action.label}
        </Toast.Action>
      )}
      <Toast.Close className="icon-button" aria-label="Close this message">
        <CloseIcon />
      </Toast.Close>
    </Toast.Root>
  );
}
