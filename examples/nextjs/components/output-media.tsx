"use client";

import type { Output } from "@safelight/client/contract";
import { usePlayer } from "./safelight/generation-card/use-player";

interface MediaProps {
  /** Describes the output to a screen reader. */
  readonly label: string;
  readonly output: Output;
}

/** One output, by its kind. */
export function OutputMedia({ label, output }: MediaProps) {
  const { height, kind, url, width } = output;
  // biome-ignore lint/performance/noImgElement: the URL is signed and expires, so no optimizer should cache it
  if (kind === "image") return <img src={url} width={width ?? 512} height={height ?? 512} alt={label} />;
  // Without its signature, the URL identifies the output.
  return <Player key={url.split("?")[0]} label={label} output={output} />;
}

function Player({ label, output }: MediaProps) {
  const { height, kind, thumbnailUrl, width } = output;
  const { hasFailed, isAwaited, media, retryButton } = usePlayer(output);
  if (hasFailed) {
    return (
      <div role={isAwaited ? "alert" : undefined}>
        <p>The file could not be loaded.</p>
        <button {...retryButton}>Try again</button>
      </div>
    );
  }
  if (kind === "audio") return <audio aria-label={label} {...media} />;
  return (
    <video
      aria-label={label}
      playsInline
      poster={thumbnailUrl ?? undefined}
      width={width ?? undefined}
      height={height ?? undefined}
      {...media}
    />
  );
}
