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

const move = (
  from: ActiveState | null,
  {
    to,
    command,
    money = null,
  }: {
    readonly to: GenerationState;
    readonly command: TransitionCommand;
    readonly money?: Transition["money"] | undefined;
  },
): Transition => ({ from, to, command, money });

export const transitions: readonly Transition[] = [
  move(null, { to: "queued", command: "submit", money: "debit" }),

  move("queued", { to: "submitting", command: "recordIntent" }),
  move("retry_wait", { to: "submitting", command: "recordIntent" }),

  // A blocking provider reports progress.
  move("submitting", { to: "submitting", command: "recordProgress" }),

  // The operation is stored. From `reconciling`: the job was found, or the late response arrived.
  move("submitting", { to: "running", command: "recordOperation" }),
  move("reconciling", { to: "running", command: "recordOperation" }),

  // The provider has finished; the bytes are still to be stored.
  move("submitting", { to: "storing", command: "recordResult" }),
  move("running", { to: "storing", command: "recordResult" }),
  move("reconciling", { to: "storing", command: "recordResult" }),
  // The result was recorded before its bytes were stored.
  move("storing", { to: "storing", command: "recordResult" }),

  // A worker crashed during the paid request, so its outcome is unknown.
  move("submitting", { to: "reconciling", command: "claim" }),

  // The response was lost; the request is not sent again.
  move("submitting", { to: "reconciling", command: "park" }),
  // A definite, retryable refusal or failure; from `reconciling`, the provider has no such job. Or the outcome stays
  // unknown, and the model allows a second payment.
  move("submitting", { to: "retry_wait", command: "park" }),
  move("running", { to: "retry_wait", command: "park" }),
  move("reconciling", { to: "retry_wait", command: "park" }),
  // No change; due again later.
  move("queued", { to: "queued", command: "park" }),
  move("retry_wait", { to: "retry_wait", command: "park" }),
  move("running", { to: "running", command: "park" }),
  move("storing", { to: "storing", command: "park" }),
  move("reconciling", { to: "reconciling", command: "park" }),

  move("storing", { to: "completed", command: "settle", money: "capture" }),

  move("queued", { to: "failed", command: "settle", money: "refund" }),
  move("retry_wait", { to: "failed", command: "settle", money: "refund" }),
  move("submitting", { to: "failed", command: "settle", money: "refund" }),
  move("running", { to: "failed", command: "settle", money: "refund" }),
  move("reconciling", { to: "failed", command: "settle", money: "refund" }),
  move("storing", { to: "failed", command: "settle", money: "refund" }),

  // No provider is known to have the job, so no confirmation is needed.
  move("queued", { to: "canceled", command: "requestCancel", money: "refund" }),
  move("retry_wait", { to: "canceled", command: "requestCancel", money: "refund" }),
  // The provider confirmed, or is not known to have accepted, or the result is dropped by policy.
  move("queued", { to: "canceled", command: "settle", money: "refund" }),
  move("retry_wait", { to: "canceled", command: "settle", money: "refund" }),
  move("submitting", { to: "canceled", command: "settle", money: "refund" }),
  move("running", { to: "canceled", command: "settle", money: "refund" }),
  move("reconciling", { to: "canceled", command: "settle", money: "refund" }),
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
