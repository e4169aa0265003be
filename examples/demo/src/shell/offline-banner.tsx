import { useConnectionLoss } from "./use-connection-loss.ts";

const words = {
  device: "You are offline. Pictures in progress continue, and this page catches up by itself.",
  server: "The server cannot be reached. This page catches up by itself when it is back.",
};

/** States that the connection is lost and that the page recovers. It overlays the page and does not shift the layout. */
export function OfflineBanner() {
  const loss = useConnectionLoss();
  return (
    <div role="status" className="banner" hidden={loss === null}>
      {loss !== null && words[loss]}
    </div>
  );
}
