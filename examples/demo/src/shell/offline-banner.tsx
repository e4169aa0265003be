import { useConnectionLoss } from "./use-connection-loss.ts";

const words = {
  device: "You are offline. What is in the tray goes on developing, and this page catches up by itself.",
  server: "The darkroom is out of reach. This page catches up by itself when it is back.",
};

/** Says that the page is out of touch, and that it needs no help to get back. */
export function OfflineBanner() {
  const loss = useConnectionLoss();
  return (
    <div role="status" className="banner" hidden={loss === null}>
      {loss !== null && words[loss]}
    </div>
  );
}
