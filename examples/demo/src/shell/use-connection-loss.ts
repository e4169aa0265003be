import { useSyncExternalStore } from "react";
import { useActiveGeneration } from "../safelight.ts";

/** Why nothing is heard of the darkroom: this device has no network, or the server does not answer. `null`: it is heard. */
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
