import type { TerminalGeneration } from "@safelight/client/contract";
import { useCallback, useEffect, useRef, useState } from "react";
import { useGenerationNotices } from "../hooks";

/** Maximum number of toasts. A further one replaces the oldest. */
const maxToasts = 3;

/**
 * The toasts to show: each finished generation once across all tabs and devices.
 *
 * @param durationMs time until a toast closes, without pauses, in milliseconds.
 */
export function useToasts(durationMs: number) {
  const [toasts, setToasts] = useState<readonly TerminalGeneration[]>([]);
  const [isPaused, setPaused] = useState(false);
  const dismiss = useCallback((id: string) => setToasts((shown) => shown.filter((toast) => toast.id !== id)), []);
  useGenerationNotices({
    onNotice: (generation) =>
      setToasts((shown) => [...shown.filter(({ id }) => id !== generation.id), generation].slice(-maxToasts)),
  });
  const remainingMs = useRef(new Map<string, number>());
  useEffect(() => {
    if (isPaused) return undefined;
    const startedAt = performance.now();
    const remainingMsOf = (id: string) => remainingMs.current.get(id) ?? durationMs;
    const timers = toasts.map(({ id }) => setTimeout(() => dismiss(id), remainingMsOf(id)));
    return () => {
      for (const timer of timers) clearTimeout(timer);
      const passedMs = performance.now() - startedAt;
      // A pause or another toast does not restart the time.
      remainingMs.current = new Map(toasts.map(({ id }) => [id, Math.max(0, remainingMsOf(id) - passedMs)]));
    };
  }, [toasts, isPaused, durationMs, dismiss]);
  return { toasts, dismiss, setPaused };
}
