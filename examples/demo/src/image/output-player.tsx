import type { Output } from "@safelight/client/contract";
import { useState } from "react";

/** Plays a video or audio. Keeps the first URL of an output, because a new source would restart the player. */
export function OutputPlayer({ output, label }: { readonly output: Output; readonly label: string }) {
  const { kind, thumbnailUrl, url } = output;
  const [src, setSrc] = useState(url);
  // The URL may have expired.
  const renew = () => setSrc(url);
  const media = { src, controls: true, preload: "metadata", "aria-label": label, onError: renew } as const;
  if (kind === "audio") {
    return <audio className="sheet-audio" {...media} />;
  }
  return (
    <video className="sheet-video" playsInline {...(thumbnailUrl !== null && { poster: thumbnailUrl })} {...media} />
  );
}
