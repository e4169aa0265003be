import { type Generation, isTerminal, type TerminalGeneration } from "@safelight/client/contract";
import { useState } from "react";
import { Link } from "wouter";
import { useDarkroom } from "../darkroom/darkroom.tsx";
import { useToast } from "../darkroom/toasts.tsx";
import { useRetry } from "../history/use-retry.ts";
import { fileNameOf } from "../picture/file-name.ts";
import { client, useProgress } from "../safelight.ts";
import { DownloadIcon, RetryIcon } from "../shell/icons.tsx";
import { useConnectionLoss } from "../shell/use-connection-loss.ts";
import { describeFailure, describeRefund, mayComeUpUnchanged } from "../words/ending-of.ts";
import { describeDuration, formatDuration } from "../words/format-time.ts";
import { promptOf } from "../words/picture-input.ts";
import { describeProblem } from "../words/problem-of.ts";
import { RewriteButton } from "./rewrite-button.tsx";
import { useFocusHeir } from "./use-focus-heir.ts";

/** Under the tray: how far it is, how long it takes, and what can be done. */
export function TrayStatus({ generation }: { readonly generation: Generation }) {
  return (
    <section
      className="tray-status"
      aria-label="Progress"
      data-status={generation.status}
      data-set={generation.requestedOutputs > 1}
    >
      <p className="tray-prompt">{promptOf(generation)}</p>
      {isTerminal(generation) ? <Ended generation={generation} /> : <Developing generation={generation} />}
      <LiveWords generation={generation} />
    </section>
  );
}

function Developing({ generation }: { readonly generation: Generation }) {
  const { value, percent, elapsedMs, remainingMs, isLate, queuePosition } = useProgress(generation);
  // What was said before the silence is no longer true.
  const isHeard = useConnectionLoss() === null;
  const isCanceling = generation.cancelRequestedAt !== null;
  return (
    <>
      <div className="tray-line">
        <span className="tray-headline">
          {isCanceling ? "Canceling" : generation.status === "pending" ? "Waiting for a tray" : "Developing"}
        </span>
        {percent !== null && <span className="tray-percent">{percent}%</span>}
      </div>
      <div
        className="progress-bar"
        role="progressbar"
        aria-label="Developing"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent ?? undefined}
      >
        <div className="progress-bar-value" style={{ scale: `${value ?? 0} 1` }} />
      </div>
      <div className="tray-line">
        <span className="tray-facts">
          <span>
            <span className="visually-hidden">Elapsed </span>
            <time className="tray-clock">{formatDuration(elapsedMs ?? 0)}</time>
          </span>
          {isHeard && queuePosition !== null && queuePosition > 0 && <span>{queuePosition} ahead</span>}
          {isHeard && isLate && <span className="tray-late">longer than expected</span>}
          {isHeard && !isLate && remainingMs !== null && <span>about {describeDuration(remainingMs)} left</span>}
        </span>
        <CancelButton generation={generation} />
      </div>
    </>
  );
}

function CancelButton({ generation }: { readonly generation: Generation }) {
  const toast = useToast();
  const button = useFocusHeir<HTMLButtonElement>();
  const [isAsking, setAsking] = useState(false);
  const isCanceling = isAsking || generation.cancelRequestedAt !== null;
  return (
    <button
      ref={button}
      type="button"
      className="button button-quiet"
      aria-disabled={isCanceling}
      onClick={async () => {
        if (isCanceling) return;
        setAsking(true);
        try {
          await client.cancel(generation.id);
        } catch (error) {
          toast({ title: "It could not be canceled", detail: describeProblem(error) });
        } finally {
          setAsking(false);
        }
      }}
    >
      {isCanceling ? "Canceling…" : "Cancel"}
    </button>
  );
}

function Ended({ generation }: { readonly generation: TerminalGeneration }) {
  const refund = describeRefund(generation);
  const { setTrayId } = useDarkroom();
  const clear = useFocusHeir<HTMLButtonElement>();
  return (
    <>
      <div className="tray-line">
        <span className="tray-headline">{headline(generation)}</span>
        {refund !== null && <span className="refund">{refund}</span>}
      </div>
      {generation.status === "failed" && <p className="tray-reason">{describeFailure(generation.error.code)}</p>}
      <div className="tray-actions">
        {generation.status === "completed" ? (
          <>
            <a
              className="button"
              href={generation.outputs[0].url}
              download={fileNameOf(generation.id, generation.outputs[0])}
            >
              <DownloadIcon /> Download
            </a>
            <Link className="button button-quiet" href={`/history/${generation.id}`}>
              Details
            </Link>
          </>
        ) : mayComeUpUnchanged(generation) ? (
          <RetryButton generation={generation} />
        ) : (
          <RewriteButton generation={generation} />
        )}
        <button
          ref={clear}
          type="button"
          className="button button-quiet"
          aria-label="Clear the tray"
          onClick={() => setTrayId(null)}
        >
          Clear
        </button>
      </div>
    </>
  );
}

function RetryButton({ generation }: { readonly generation: Generation }) {
  const retry = useRetry();
  const button = useFocusHeir<HTMLButtonElement>();
  return (
    <button ref={button} type="button" className="button" onClick={() => void retry(generation)}>
      <RetryIcon /> Try again
    </button>
  );
}

function headline(generation: Generation): string {
  switch (generation.status) {
    case "completed":
      return `Developed in ${describeDuration(Date.parse(generation.finishedAt ?? "") - Date.parse(generation.createdAt))}`;
    case "failed":
      return "It did not come up";
    case "canceled":
      return "Canceled";
    default:
      return "Developing";
  }
}

/** For screen readers: what is worth hearing, not every percent. */
function LiveWords({ generation }: { readonly generation: Generation }) {
  const { percent } = useProgress(generation);
  return (
    <p className="visually-hidden" role="status">
      {isTerminal(generation)
        ? [headline(generation), describeRefund(generation)].filter(Boolean).join(". ")
        : `Developing: ${Math.floor((percent ?? 0) / 25) * 25} percent`}
    </p>
  );
}
