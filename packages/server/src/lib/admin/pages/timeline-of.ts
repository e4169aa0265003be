import { type AttemptFailure, hasOwnReason } from "../../generation/provider-failure.js";
import type { GenerationDetail, OperatorActionRecord } from "../../ports/store/operator-store.js";
import { actionLabels } from "../action-labels.js";
import { movedCredits } from "../actions/moved-credits.js";

export interface TimelineEvent {
  readonly at: number;
  readonly text: string;
  readonly isFailure: boolean;
}

/** The amount of an applied refund by an operator; else `""`. */
function movedText(record: OperatorActionRecord): string {
  const credits = movedCredits(record);
  return record.action !== "refund" || credits === null ? "" : `, ${credits} credits`;
}

/** The events of a generation that its rows record, oldest first. */
export function timelineOf({ actions, attempts, generation, summary }: GenerationDetail): readonly TimelineEvent[] {
  const { cancelRequestedAt, createdAt, failureCode, finishedAt, seenAt, startedAt, state } = generation;
  const events: { at: number | null; text: string; isFailure?: boolean }[] = [
    { at: createdAt, text: "submitted" },
    { at: startedAt, text: "accepted by a provider for the first time" },
    { at: cancelRequestedAt, text: "cancel requested" },
    ...attempts.flatMap(({ endedAt, failure, number, providerId, startedAt: at, state: attemptState, unknownAt }) => [
      { at, text: `attempt ${number}: request to ${providerId}` },
      { at: unknownAt, text: `attempt ${number}: outcome unknown`, isFailure: true },
      {
        at: endedAt,
        text: [`attempt ${number}: ${attemptState}`, ...(failure === null ? [] : textsOf(failure))].join(", "),
        isFailure: failure !== null,
      },
    ]),
    { at: finishedAt, text: failureCode === null ? state : `${state}: ${failureCode}`, isFailure: state === "failed" },
    { at: seenAt, text: "seen by the owner" },
    { at: summary.deletedAt, text: "content deleted" },
    ...actions.map((record) => ({
      at: record.at,
      text: `${actionLabels[record.action]} by ${record.actor}: ${record.outcome}${movedText(record)}`,
    })),
  ];
  return events
    .flatMap(({ at, isFailure = false, text }) => (at === null ? [] : [{ at, text, isFailure }]))
    .sort((left, right) => left.at - right.at);
}

/** The codes of a failure, without its messages. */
function textsOf(failure: AttemptFailure): readonly string[] {
  const { code, missing = [] } = failure;
  const outputs = missing.map((output) => `output ${output.index} missing: ${output.code}`);
  return hasOwnReason(failure) ? [code, ...outputs] : outputs;
}
