import { type Generation, isTerminal, type Output, type TerminalGeneration } from "@safelight/client/contract";
import { Link } from "wouter";
import { detailsEntry } from "../history/details-entry.ts";
import { promptOf } from "../models/generation-input.ts";
import { CancelButton } from "../result/cancel-button.tsx";
import { Outcome } from "../result/outcome.tsx";
import { ResultActions } from "../result/result-actions.tsx";
import { useIsCanceling } from "../result/use-cancel.ts";
import { useProgress } from "../safelight.ts";
import { useConnectionLoss } from "../shell/use-connection-loss.ts";
import { describeOutcome, describeRefund } from "../text/describe-outcome.ts";
import { describeDuration, formatDuration } from "../text/format-time.ts";
import { describePlace } from "../text/queue-place.ts";
import { useTray } from "../tray/tray-provider.tsx";
import { detailsPath } from "./details-path.ts";
import { useDraft } from "./draft.ts";
import { isRetryPrimary } from "./is-retry-primary.ts";

/** Progress or outcome of the generation in the tray, with its actions. */
export function TrayStatus({
  generation,
  output,
}: {
  readonly generation: Generation;
  readonly output: Output | null;
}) {
  const [draft] = useDraft();
  // After a failure, the form usually contains the same prompt.
  const isInForm = generation.status === "failed" && draft.prompt.trim() === promptOf(generation);
  return (
    <section className="tray-status" aria-label="Progress" data-status={generation.status}>
      {!isInForm && <p className="tray-prompt">{promptOf(generation)}</p>}
      {isTerminal(generation) ? (
        <Ended generation={generation} output={output} isPrimary={isRetryPrimary(generation, draft.prompt)} />
      ) : (
        <Developing generation={generation} />
      )}
      <LiveStatus generation={generation} />
    </section>
  );
}

function Developing({ generation }: { readonly generation: Generation }) {
  const { value, percent, elapsedMs, remainingMs, isLate, queuePosition } = useProgress(generation);
  // Estimates are invalid without a connection.
  const isConnected = useConnectionLoss() === null;
  const isCanceling = useIsCanceling(generation);
  return (
    <>
      <div className="tray-line">
        <span className="tray-headline">
          {isCanceling ? "Canceling" : generation.status === "pending" ? "Waiting" : "Developing"}
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
          {isConnected && queuePosition !== null && <span>{describePlace(queuePosition)}</span>}
          {isConnected && isLate && <span className="tray-late">longer than expected</span>}
          {isConnected && !isLate && remainingMs !== null && <span>about {describeDuration(remainingMs)} left</span>}
        </span>
        <CancelButton generation={generation} variant="text" />
      </div>
    </>
  );
}

function Ended(props: {
  readonly generation: TerminalGeneration;
  readonly output: Output | null;
  readonly isPrimary: boolean;
}) {
  const { generation, output, isPrimary } = props;
  const { setTrayId } = useTray();
  return (
    <>
      <Outcome generation={generation} />
      <ResultActions generation={generation} output={output} isPrimary={isPrimary}>
        <Link className="button button-quiet" href={detailsPath(generation.id)} state={detailsEntry}>
          Details
        </Link>
        <button
          type="button"
          className="button button-quiet"
          aria-label="Clear the tray"
          onClick={() => setTrayId(null)}
        >
          Clear
        </button>
      </ResultActions>
    </>
  );
}

/** Announces each quarter and the outcome to screen readers, not every percent. */
function LiveStatus({ generation }: { readonly generation: Generation }) {
  const { percent } = useProgress(generation);
  const refund = describeRefund(generation);
  return (
    <p className="visually-hidden" role="status">
      {isTerminal(generation)
        ? [describeOutcome(generation), refund === null ? null : `${refund}.`].filter(Boolean).join(" ")
        : `Developing: ${Math.floor((percent ?? 0) / 25) * 25} percent`}
    </p>
  );
}
