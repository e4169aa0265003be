import { useSyncExternalStore } from "react";
import { useActiveGeneration } from "../safelight.ts";

/** Reason why the page receives no events: the `device` is offline or the `server` is unreachable; `null` if connected. */
export function useConnectionLoss(): "device" | "server" | null {
  const { connection } = useActiveGeneration();
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  if (!isOnline) return "device";
  return connection === "offline" ? "server" : null;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}
