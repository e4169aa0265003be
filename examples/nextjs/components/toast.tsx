"use client";

import Link from "next/link";
import { createContext, type ReactNode, useContext, useState } from "react";
import { useActiveGeneration, useGenerationNotices } from "@/hooks";

interface Message {
  readonly text: string;
  /** Told while this generation is in progress, and no longer; without it, until it is dismissed. */
  readonly activeId?: string;
}

const ToastContext = createContext<(message: Message) => void>(() => {});

/** Says something on whatever page its visitor is by then, in place of what was said before. */
export const useToast = () => useContext(ToastContext);

/**
 * Says how a picture ended: once over all tabs and devices, and on return what ended while nobody looked. What the form
 * or the history shows as it ends is marked as seen there, and not told.
 */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const [message, setMessage] = useState<Message | null>(null);
  const { generations } = useActiveGeneration();
  useGenerationNotices({
    onNotice: ({ status }) => {
      if (status === "completed") setMessage({ text: "Your poster is ready." });
      if (status === "failed") setMessage({ text: "Your poster could not be made." });
    },
  });
  const hide = () => setMessage(null);
  const isTold = message && (message.activeId === undefined || generations.some(({ id }) => id === message.activeId));
  return (
    <ToastContext value={setMessage}>
      {children}
      {/* The region is there before its message: else it may not be read out. */}
      <div role="status" className="toasts">
        {isTold && (
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
