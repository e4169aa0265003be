"use client";

import Link from "next/link";
import { createContext, type ReactNode, useContext, useState } from "react";
import { useActiveGeneration, useGenerationNotices } from "@/hooks";

interface Message {
  readonly text: string;
  /** Shown only while this generation is active; without it, until it is dismissed. */
  readonly activeId?: string;
}

const ToastContext = createContext<(message: Message) => void>(() => {});

/** Shows a message on the visitor's current page, and replaces the previous one. */
export const useToast = () => useContext(ToastContext);

/**
 * Shows how a generation ended: once over all tabs and devices, and on return for those that ended in between. The form and
 * the history mark the ends that they show as seen, and these have no toast.
 */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const [message, setMessage] = useState<Message | null>(null);
  const { generations } = useActiveGeneration();
  useGenerationNotices({
    onNotice: ({ model, status }) => {
      if (status === "completed") setMessage({ text: `Your ${model} is ready.` });
      if (status === "failed") setMessage({ text: `Your ${model} could not be made.` });
    },
  });
  const hide = () => setMessage(null);
  const isShown = message && (message.activeId === undefined || generations.some(({ id }) => id === message.activeId));
  return (
    <ToastContext value={setMessage}>
      {children}
      {/* The region exists before its message; otherwise a screen reader may not announce it. */}
      <div role="status" className="toasts">
        {isShown && (
          <div className="toast">
            {message.text}
            <Link href="/history" onClick={hide}>
              View history
            </Link>
            <button type="button" onClick={hide}>
              Dismiss
            </button>
          </div>
        )}
      </div>
    </ToastContext>
  );
}
