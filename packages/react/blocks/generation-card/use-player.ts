import type { Output } from "@safelight/client/contract";
import { type SyntheticEvent, useState } from "react";

/**
 * Attributes of a video or audio element, and whether its file cannot be loaded. The element keeps its first URL, because a
 * new `src` stops a player and returns it to 0. After a failed load, such as a play after the URL has expired, the player
 * continues at its position with the next URL, or with `retry`. Give its component a key of the output.
 */
export function usePlayer({ kind, thumbnailUrl, url }: Output) {
  const [source, setSource] = useState({
    url,
    // Without a poster, Safari on iOS shows no frame before it plays, unless the source names a position.
    startsAt: kind === "video" && thumbnailUrl === null ? 0.1 : 0,
    autoPlay: false,
    takesFocus: false,
    hasFailed: false,
  });
  const { startsAt, autoPlay, takesFocus, hasFailed } = source;
  if (hasFailed && source.url !== url) setSource({ ...source, url, hasFailed: false });
  const onError = ({ currentTarget: { currentTime, paused, readyState } }: SyntheticEvent<HTMLMediaElement>) => {
    // Until its metadata is loaded, an element is at 0 and paused, whatever it is to do.
    const isLoaded = readyState > HTMLMediaElement.HAVE_NOTHING;
    setSource({
      ...source,
      startsAt: isLoaded ? currentTime : startsAt,
      autoPlay: !paused || (autoPlay && !isLoaded),
      hasFailed: true,
    });
  };
  return {
    hasFailed,
    /** Loads the file again, for a button that the player replaces. */
    retry: () => setSource({ ...source, url, takesFocus: true, hasFailed: false }),
    media: {
      autoPlay,
      controls: true,
      onError,
      preload: "metadata",
      ref: takesFocus ? focus : null,
      src: startsAt > 0 ? `${source.url}#t=${startsAt}` : source.url,
    },
  } as const;
}

function focus(element: HTMLMediaElement | null): void {
  element?.focus({ preventScroll: true });
}
