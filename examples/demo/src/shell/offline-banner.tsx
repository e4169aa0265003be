import { useSyncExternalStore } from "react";
import { useActiveGeneration } from "../safelight.ts";

const offline = "You are offline. What is in the tray goes on developing, and this page catches up by itself.";
const outOfReach = "The darkroom is out of reach. Nothing is lost: this page catches up by itself when it is back.";

/** Says that the page is out of touch, and that nothing is lost by it. */
export function OfflineBanner() {
  const { connection } = useActiveGeneration();
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  const words = !isOnline ? offline : connection === "offline" ? outOfReach : null;
  return (
    <div role="status" className="banner" hidden={words === null}>
      {words}
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
