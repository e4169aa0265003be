import type { GenerationStatus } from "@safelight/client/contract";

/**
 * The state machine. Every allowed move is one row of `transitions`; the guards in the store's SQL and the checks in
 * the tests are made from it, so that no list of states is written twice.
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

/** What the server stores; `status` is derived from it. */
export type GenerationState = (typeof generationStates)[number];

/** States that never change again. Their names are their statuses. */
export const terminalStates = ["completed", "failed", "canceled"] as const satisfies readonly GenerationState[];

/** A state that never changes again. */
export type TerminalState = (typeof terminalStates)[number];

/** A state from which a generation still has to come to its end. */
export type ActiveState = Exclude<GenerationState, TerminalState>;

/** The command of the store that makes a move. */
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

/** One allowed move. */
export interface Transition {
  /** `null`: the row does not exist yet. */
  readonly from: ActiveState | null;
  readonly to: GenerationState;
  readonly command: TransitionCommand;
  /** What happens to the credits in the same commit. */
  readonly money: "debit" | "capture" | "refund" | null;
}

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

  // A provider that blocks tells how far it is.
  move("submitting", "submitting", "recordProgress"),

  // The operation is stored. From `reconciling`: it was found again, or the late reply arrived.
  move("submitting", "running", "recordOperation"),
  move("reconciling", "running", "recordOperation"),

  // The provider has finished; what is left is to keep the bytes.
  move("submitting", "storing", "recordResult"),
  move("running", "storing", "recordResult"),
  move("reconciling", "storing", "recordResult"),
  // It was announced before its bytes were stored.
  move("storing", "storing", "recordResult"),

  // A worker died in the middle of the paid request: whether it was accepted is unknown.
  move("submitting", "reconciling", "claim"),

  // The reply was lost; the request is not sent again.
  move("submitting", "reconciling", "park"),
  // A definite refusal or failure that may be tried again; from `reconciling`, absence was proved. Or the outcome stays
  // unknown, and the model says that it is paid for again.
  move("submitting", "retry_wait", "park"),
  move("running", "retry_wait", "park"),
  move("reconciling", "retry_wait", "park"),
  // Nothing new; look again later.
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

  // No provider is known to work on it: the owner's word is enough.
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

/** Tells whether a state never changes again. */
export function isTerminalState(state: GenerationState): state is TerminalState {
  return (terminalStates as readonly GenerationState[]).includes(state);
}

/**
 * What the world sees of a state. Status never goes backwards, because `startedAt` is never cleared.
 *
 * @param startedAt epoch milliseconds of the first acceptance; `null` before.
 */
export function statusOf(state: GenerationState, startedAt: number | null): GenerationStatus {
  if (isTerminalState(state)) return state;
  return startedAt === null ? "pending" : "processing";
}
