import type { Output } from "@safelight/client/contract";
import { useEffect, useRef, useState } from "react";
import { FailedIcon, RetryIcon } from "../shell/icons.tsx";

/**
 * Plays a video or audio. Keeps the first URL of an output, because a new source would restart the player. If it cannot be
 * loaded, loads a newer URL, or offers to try again, at the same position.
 */
export function OutputPlayer({ output, label }: { readonly output: Output; readonly label: string }) {
  const { kind, thumbnailUrl, url } = output;
  const [source, setSource] = useState({ url, startsAt: 0, isRetry: false });
  const [stoppedAt, setStoppedAt] = useState<number | null>(null);
  const player = useRef<HTMLMediaElement | null>(null);
  // The focus was on the button that the player replaces.
  useEffect(() => {
    if (source.isRetry) player.current?.focus({ preventScroll: true });
  }, [source]);
  if (stoppedAt !== null) {
    const retry = () => {
      setSource({ url, startsAt: stoppedAt, isRetry: true });
      setStoppedAt(null);
    };
    return <PlayerProblem kind={kind} onRetry={retry} />;
  }
  const media = {
    ref: (element: HTMLMediaElement | null) => {
      player.current = element;
    },
    src: source.startsAt > 0 ? `${source.url}#t=${source.startsAt}` : source.url,
    controls: true,
    preload: "metadata",
    "aria-label": label,
    onError: ({ currentTarget: { currentTime } }: { readonly currentTarget: HTMLMediaElement }) => {
      // The first URL may have expired.
      if (source.url === url) setStoppedAt(currentTime);
      else setSource({ url, startsAt: currentTime, isRetry: false });
    },
  } as const;
  if (kind === "audio") return <audio className="sheet-audio" {...media} />;
  return (
    <video className="sheet-video" playsInline {...(thumbnailUrl !== null && { poster: thumbnailUrl })} {...media} />
  );
}

function PlayerProblem({ kind, onRetry }: { readonly kind: Output["kind"]; readonly onRetry: () => void }) {
  return (
    <div className="sheet-word player-problem" role="alert">
      <FailedIcon />
      <p>{kind === "audio" ? "The recording cannot be played right now" : "The clip cannot be played right now"}</p>
      <button type="button" className="button" onClick={onRetry}>
        <RetryIcon /> Try again
      </button>
    </div>
  );
}
