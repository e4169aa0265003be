import { type GenerationState, statesBefore, type TransitionCommand } from "../../../generation/generation-state.js";

/** A list of literals for `IN`. Only for constants of this package: nothing is escaped. */
export function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(", ");
}

/** Whether a command may move a generation in `state` to another state, by `generation-state.ts`. */
export function mayMove(
  state: string,
  { command, to }: { readonly command: TransitionCommand; readonly to: GenerationState },
): string {
  return `${state} IN (${quoted(statesBefore(command, to))})`;
}
