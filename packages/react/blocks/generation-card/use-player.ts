import type { Output } from "@safelight/client/contract";
import { type SyntheticEvent, useState } from "react";

/**
 * Attributes of a video or audio element, and whether its file cannot be loaded. The element keeps its first URL, because a
 * new `src` stops a player and returns it to 0. After a failed load, such as a play after the URL has expired, the player
 * continues at its position with the next URL, or with `retryButton`. Give its component a key of the output.
 */
export function usePlayer({ kind, thumbnailUrl, url }: Output) {
  const [source, setSource] = useState({
    url,
    // Without a poster, Safari on iOS shows no frame before it plays, unless the source names a position.
    startsAt: kind === "video" && thumbnailUrl === null ? 0.1 : 0,
    autoPlay: false,
    isAwaited: false,
    hasFailed: false,
  });
  const [keepFocus] = useState(createFocusKeeper);
  const { startsAt, autoPlay, isAwaited, hasFailed } = source;
  if (hasFailed && source.url !== url) setSource({ ...source, url, isAwaited: false, hasFailed: false });
  const onError = ({ currentTarget: { currentTime, paused, readyState } }: SyntheticEvent<HTMLMediaElement>) => {
    // An element with `autoplay` is paused until it has enough data.
    const isPlaying = !paused || (autoPlay && readyState < HTMLMediaElement.HAVE_ENOUGH_DATA);
    setSource({
      ...source,
      // Until its metadata is loaded, an element is at 0.
      startsAt: readyState > HTMLMediaElement.HAVE_NOTHING ? currentTime : startsAt,
      autoPlay: isPlaying,
      isAwaited: isAwaited || isPlaying,
      hasFailed: true,
    });
  };
  return {
    hasFailed,
    /** Whether the user played the file or tried again, so that a screen reader should announce the failure. */
    isAwaited,
    /** Attributes of the button that loads the file again. The button and the player replace each other. */
    retryButton: {
      onClick: () => setSource({ ...source, url, isAwaited: true, hasFailed: false }),
      ref: keepFocus,
      type: "button",
    },
    media: {
      autoPlay,
      controls: true,
      onError,
      preload: "metadata",
      ref: keepFocus,
      src: startsAt > 0 ? `${source.url}#t=${startsAt}` : source.url,
    },
  } as const;
}

/** A ref of elements that replace each other: each takes the focus only if the one before had it when it was removed. */
function createFocusKeeper() {
  let hadFocus = false;
  return (element: HTMLElement | null) => {
    if (hadFocus) element?.focus({ preventScroll: true });
    return () => {
      hadFocus = element !== null && element === element.ownerDocument.activeElement;
    };
  };
}
