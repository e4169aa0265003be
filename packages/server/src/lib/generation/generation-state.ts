import type { GenerationStatus } from "@safelight/client/contract";

/**
 * The state machine. Every allowed transition is one row of `transitions`. The guards in the store's SQL and the checks
 * in the tests derive from it, so that no list of states exists twice.
 */
export const generationStates = [
  "queued",
  "submitting",
  "running",
  "storing",
  "retry_wait",
  "reconciling",
  "completed",
  "failed",
  "canceled",
] as const;

/** The stored state; `status` derives from it. */
export type GenerationState = (typeof generationStates)[number];

/** States that never change again. Their names are their statuses. */
export const terminalStates = ["completed", "failed", "canceled"] as const satisfies readonly GenerationState[];

/** A state that never changes again. */
export type TerminalState = (typeof terminalStates)[number];

/** A state of a generation that has not ended. */
export type ActiveState = Exclude<GenerationState, TerminalState>;

/** The command of the store that makes a transition. */
export type TransitionCommand =
  | "submit"
  | "claim"
  | "recordIntent"
  | "recordProgress"
  | "recordOperation"
  | "recordResult"
  | "park"
  | "settle"
  | "requestCancel";

/** One allowed transition. */
export interface Transition {
  /** `null`: the row does not exist yet. */
  readonly from: ActiveState | null;
  readonly to: GenerationState;
  readonly command: TransitionCommand;
  /** Effect on the credits in the same commit. */
  readonly money: "debit" | "capture" | "refund" | null;
}

// biome-ignore lint/complexity/useMaxParams: reads like a row of a table
const move = (
  from: ActiveState | null,
  to: GenerationState,
  command: TransitionCommand,
  money: Transition["money"] = null,
): Transition => ({ from, to, command, money });

export const transitions: readonly Transition[] = [
  move(null, "queued", "submit", "debit"),

  move("queued", "submitting", "recordIntent"),
  move("retry_wait", "submitting", "recordIntent"),

  // A blocking provider reports progress.
  move("submitting", "submitting", "recordProgress"),

  // The operation is stored. From `reconciling`: the job was found, or the late response arrived.
  move("submitting", "running", "recordOperation"),
  move("reconciling", "running", "recordOperation"),

  // The provider has finished; the bytes are still to be stored.
  move("submitting", "storing", "recordResult"),
  move("running", "storing", "recordResult"),
  move("reconciling", "storing", "recordResult"),
  // The result was recorded before its bytes were stored.
  move("storing", "storing", "recordResult"),

  // A worker crashed during the paid request, so its outcome is unknown.
  move("submitting", "reconciling", "claim"),

  // The response was lost; the request is not sent again.
  move("submitting", "reconciling", "park"),
  // A definite, retryable refusal or failure; from `reconciling`, the provider has no such job. Or the outcome stays
  // unknown, and the model allows a second payment.
  move("submitting", "retry_wait", "park"),
  move("running", "retry_wait", "park"),
  move("reconciling", "retry_wait", "park"),
  // No change; due again later.
  move("queued", "queued", "park"),
  move("retry_wait", "retry_wait", "park"),
  move("running", "running", "park"),
  move("storing", "storing", "park"),
  move("reconciling", "reconciling", "park"),

  move("storing", "completed", "settle", "capture"),

  move("queued", "failed", "settle", "refund"),
  move("retry_wait", "failed", "settle", "refund"),
  move("submitting", "failed", "settle", "refund"),
  move("running", "failed", "settle", "refund"),
  move("reconciling", "failed", "settle", "refund"),
  move("storing", "failed", "settle", "refund"),

  // No provider is known to have the job, so no confirmation is needed.
  move("queued", "canceled", "requestCancel", "refund"),
  move("retry_wait", "canceled", "requestCancel", "refund"),
  // The provider confirmed, or is not known to have accepted, or the result is dropped by policy.
  move("queued", "canceled", "settle", "refund"),
  move("retry_wait", "canceled", "settle", "refund"),
  move("submitting", "canceled", "settle", "refund"),
  move("running", "canceled", "settle", "refund"),
  move("reconciling", "canceled", "settle", "refund"),
];

/** The states from which a command may reach a state; its SQL guard. */
export function statesBefore(command: TransitionCommand, to: GenerationState): readonly ActiveState[] {
  const states = transitions
    .filter((transition) => transition.command === command && transition.to === to)
    .map((transition) => transition.from)
    .filter((state) => state !== null);
  return states;
}

/** Whether a state never changes again. */
export function isTerminalState(state: GenerationState): state is TerminalState {
  return (terminalStates as readonly GenerationState[]).includes(state);
}

/**
 * The public status of a state. It never moves backwards, because `startedAt` is never cleared.
 *
 * @param startedAt epoch milliseconds of the first acceptance; `null` before.
 */
export function statusOf(state: GenerationState, startedAt: number | null): GenerationStatus {
  if (isTerminalState(state)) return state;
  return startedAt === null ? "pending" : "processing";
}
