"use client";

import type { Output } from "@safelight/client/contract";
import { type SyntheticEvent, useState } from "react";

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

/** Keeps its first URL. After a failed load, it continues at its position with the next one. */
function Player({ label, output }: MediaProps) {
  const { height, kind, thumbnailUrl, url, width } = output;
  // Without a poster, Safari on iOS shows no frame before it plays, unless the source names a position.
  const firstFrameAt = kind === "video" && thumbnailUrl === null ? 0.1 : 0;
  const [source, setSource] = useState({ url, startsAt: firstFrameAt, autoPlay: false, hasFailed: false });
  const { startsAt, autoPlay } = source;
  if (source.hasFailed && source.url !== url) setSource({ ...source, url, hasFailed: false });
  const onError = ({ currentTarget: { currentTime, paused, readyState } }: SyntheticEvent<HTMLMediaElement>) =>
    // Until its metadata is loaded, an element is at 0.
    setSource({ ...source, startsAt: readyState > 0 ? currentTime : startsAt, autoPlay: !paused, hasFailed: true });
  const media = {
    src: startsAt > 0 ? `${source.url}#t=${startsAt}` : source.url,
    "aria-label": label,
    autoPlay,
    controls: true,
    onError,
    preload: "metadata",
  };
  if (kind === "audio") return <audio {...media} />;
  return (
    <video
      {...media}
      playsInline
      poster={thumbnailUrl ?? undefined}
      width={width ?? undefined}
      height={height ?? undefined}
      style={{ maxWidth: "100%", height: "auto" }}
    />
  );
}
