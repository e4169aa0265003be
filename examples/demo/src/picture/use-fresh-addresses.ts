import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

/** A page full of stale pictures asks once, not once for each, in milliseconds. */
const pauseMs = 15_000;

let askedAt = Number.NEGATIVE_INFINITY;

/** To be called when a picture cannot be loaded: its signed address has ended, and what is read again has a fresh one. */
export function useFreshAddresses(): () => void {
  const queryClient = useQueryClient();
  return useCallback(() => {
    if (performance.now() - askedAt < pauseMs) return;
    askedAt = performance.now();
    void queryClient.invalidateQueries();
  }, [queryClient]);
}
