import type { TerminalGeneration } from "@safelight/client/contract";
import { useCallback, useEffect, useRef, useState } from "react";
import { useGenerationNotices } from "../hooks";

/** Toasts at once. The oldest one makes room. */
const maxToasts = 3;

/**
 * Finished generations that were not shown yet, each once over all tabs and devices.
 *
 * @param durationMs how long a toast stays while time is not paused, in milliseconds.
 */
export function useToasts(durationMs: number) {
  const [toasts, setToasts] = useState<readonly TerminalGeneration[]>([]);
  const [isPaused, pause] = useState(false);
  const dismiss = useCallback((id: string) => setToasts((before) => before.filter((toast) => toast.id !== id)), []);
  useGenerationNotices({
    onNotice: (generation) =>
      setToasts((before) => [...before.filter(({ id }) => id !== generation.id), generation].slice(-maxToasts)),
  });
  const remainingMs = useRef(new Map<string, number>());
  useEffect(() => {
    if (isPaused) return undefined;
    const startedAt = performance.now();
    const left = (id: string) => remainingMs.current.get(id) ?? durationMs;
    const timers = toasts.map(({ id }) => setTimeout(() => dismiss(id), left(id)));
    return () => {
      for (const timer of timers) clearTimeout(timer);
      const passedMs = performance.now() - startedAt;
      // A pause, or another toast, does not start the time again.
      remainingMs.current = new Map(toasts.map(({ id }) => [id, Math.max(0, left(id) - passedMs)]));
    };
  }, [toasts, isPaused, durationMs, dismiss]);
  return { toasts, dismiss, pause };
}
