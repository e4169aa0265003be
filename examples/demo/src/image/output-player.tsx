import type { Output } from "@safelight/client/contract";
import { useState } from "react";
import { FailedIcon, RetryIcon } from "../shell/icons.tsx";

/** A source that plays from a position, or the position at which none could be loaded. Positions are in seconds. */
type Playback =
  | { readonly url: string; readonly startsAt: number; readonly takesFocus: boolean }
  | { readonly stoppedAt: number };

/**
 * Plays a video or audio. Keeps the first URL of an output, because a new source would restart the player. If it cannot be
 * loaded, loads a newer URL, or offers to try again, at the same position.
 */
export function OutputPlayer({ output, label }: { readonly output: Output; readonly label: string }) {
  const { kind, thumbnailUrl, url } = output;
  const [playback, setPlayback] = useState<Playback>({ url, startsAt: 0, takesFocus: false });
  if ("stoppedAt" in playback) {
    // The player replaces the button, which has the focus.
    const retry = () => setPlayback({ url, startsAt: playback.stoppedAt, takesFocus: true });
    return <PlayerProblem kind={kind} onRetry={retry} />;
  }
  const { startsAt, takesFocus } = playback;
  const media = {
    ref: takesFocus ? focus : null,
    src: startsAt > 0 ? `${playback.url}#t=${startsAt}` : playback.url,
    controls: true,
    preload: "metadata",
    "aria-label": label,
    onError: ({ currentTarget: { currentTime, readyState } }: { readonly currentTarget: HTMLMediaElement }) => {
      // `startsAt` applies once the metadata is loaded. Before that, `currentTime` is 0.
      const stoppedAt = readyState > HTMLMediaElement.HAVE_NOTHING ? currentTime : startsAt;
      // An older URL may have expired.
      setPlayback(playback.url === url ? { stoppedAt } : { url, startsAt: stoppedAt, takesFocus: false });
    },
  } as const;
  if (kind === "audio") return <audio className="sheet-audio" {...media} />;
  return (
    <video className="sheet-video" playsInline {...(thumbnailUrl !== null && { poster: thumbnailUrl })} {...media} />
  );
}

function focus(element: HTMLMediaElement | null): void {
  element?.focus({ preventScroll: true });
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
