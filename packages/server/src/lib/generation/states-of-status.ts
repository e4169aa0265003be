import { type GenerationState, generationStates, isTerminalState, terminalStates } from "./generation-state.js";

/** The states of generations with a public status. */
export interface StatesOfStatus {
  readonly states: readonly GenerationState[];
  /** Whether a provider has accepted the generation; `null` for either. */
  readonly isStarted: boolean | null;
}

/** The reverse of `statusOf`; `null` for an unknown status. */
export function statesOfStatus(status: string): StatesOfStatus | null {
  if (status === "pending" || status === "processing") {
    const states = generationStates.filter((state) => !isTerminalState(state));
    return { states, isStarted: status === "processing" };
  }
  const state = terminalStates.find((known) => known === status);
  return state === undefined ? null : { states: [state], isStarted: null };
}
