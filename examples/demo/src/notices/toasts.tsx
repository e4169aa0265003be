import * as Toast from "@radix-ui/react-toast";
import { createContext, type ReactNode, use, useCallback, useState } from "react";
import { ToastCard, toastsId } from "./toast-card.tsx";
import "./toasts.css";

/** A failed action of the user. */
export interface Message {
  readonly title: string;
  readonly detail: string;
}

const ToastContext = createContext<((message: Message) => void) | null>(null);

/** Timeout of a card, in milliseconds. It pauses while a card is hovered or focused, or the window is blurred. */
const timeoutMs = 9_000;

/** Messages at once. A further one replaces the oldest. */
const maxMessages = 2;

/** Shows cards over every page: messages, and the notices of `notices.tsx`. F8 focuses them. */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const [messages, setMessages] = useState<readonly (Message & { readonly key: number })[]>([]);
  const show = useCallback((message: Message) => {
    setMessages((shown) => [...shown, { ...message, key: (shown.at(-1)?.key ?? 0) + 1 }].slice(-maxMessages));
  }, []);
  const close = (key: number) => setMessages((shown) => shown.filter((message) => message.key !== key));
  return (
    <ToastContext value={show}>
      <Toast.Provider duration={timeoutMs} swipeDirection="right" label="Message">
        {children}
        {messages.map(({ key, title, detail }) => (
          <ToastCard key={key} title={title} detail={detail} isUrgent onClose={() => close(key)} />
        ))}
        <Toast.Viewport id={toastsId} className="toasts" label="Messages ({hotkey})" />
      </Toast.Provider>
    </ToastContext>
  );
}

/** @returns a function that shows a message. */
export function useToast(): (message: Message) => void {
  const show = use(ToastContext);
  if (show === null) throw new Error("useToast must be used within Toasts.");
  return show;
}
