import type { TerminalGeneration } from "@safelight/client/contract";
import { CanceledIcon, CheckIcon, FailedIcon, RefundIcon } from "../shell/icons.tsx";
import { describeOutcome, describeRefund } from "../text/describe-outcome.ts";
import { describeDuration } from "../text/format-time.ts";
import "./result.css";

const icons = { completed: <CheckIcon />, failed: <FailedIcon />, canceled: <CanceledIcon /> };

/** Outcome and refund of an ended generation, each in its own color. */
export function Outcome({ generation }: { readonly generation: TerminalGeneration }) {
  const refund = describeRefund(generation);
  return (
    <div className="outcome">
      <p className="outcome-end" data-status={generation.status}>
        {icons[generation.status]} {describeEnd(generation)}
      </p>
      {refund !== null && (
        <p className="outcome-refund">
          <RefundIcon /> {refund}.
        </p>
      )}
    </div>
  );
}

function describeEnd(generation: TerminalGeneration): string {
  const { status, createdAt, finishedAt } = generation;
  if (status !== "completed" || finishedAt === null) return describeOutcome(generation);
  return `Ready after ${describeDuration(Date.parse(finishedAt) - Date.parse(createdAt))}.`;
}
