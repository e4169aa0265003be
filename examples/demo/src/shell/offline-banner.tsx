import { useSyncExternalStore } from "react";
import { useActiveGeneration } from "../safelight.ts";

/** Says that the page is out of touch, and that nothing is lost by it. */
export function OfflineBanner() {
  const { connection } = useActiveGeneration();
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  const isOffline = !isOnline || connection === "offline";
  return (
    <div role="status" className="banner" hidden={!isOffline}>
      {isOffline && "You are offline. What is in the tray goes on developing, and this page catches up by itself."}
    </div>
  );
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}
