import * as Toast from "@radix-ui/react-toast";
import { createContext, type ReactNode, use, useCallback, useState } from "react";
import { ToastCard, toastsId } from "./toast-card.tsx";
import "./toasts.css";

/** What went wrong with something that the user has just asked for. */
export interface Message {
  readonly title: string;
  readonly detail: string;
}

const ToastContext = createContext<((message: Message) => void) | null>(null);

/** How long a card stays, in milliseconds; while one is hovered or has the focus, or the window has not, the clock stands. */
const stayMs = 9_000;

/** How many messages are shown at once; one more takes the place of the oldest. */
const maxMessages = 2;

/** Shows cards over every page: messages, and the notices of `notices.tsx`. F8 moves the focus to them. */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const [messages, setMessages] = useState<readonly (Message & { readonly key: number })[]>([]);
  const show = useCallback((message: Message) => {
    setMessages((shown) => [...shown, { ...message, key: (shown.at(-1)?.key ?? 0) + 1 }].slice(-maxMessages));
  }, []);
  const close = (key: number) => setMessages((shown) => shown.filter((message) => message.key !== key));
  return (
    <ToastContext value={show}>
      <Toast.Provider duration={stayMs} swipeDirection="right" label="Message">
        {children}
        {messages.map(({ key, title, detail }) => (
          <ToastCard key={key} title={title} detail={detail} isUrgent onClose={() => close(key)} />
        ))}
        <Toast.Viewport id={toastsId} className="toasts" label="Messages ({hotkey})" />
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
