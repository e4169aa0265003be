import { type GenerationState, generationStates, isTerminalState, terminalStates } from "./generation-state.js";

/** The states of generations with a public status. */
export interface StatesOfStatus {
  readonly states: readonly GenerationState[];
  /** Of active generations, whether a provider has accepted it; `null` for either. */
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

/** The states of generations with one of these statuses; `null` if one of them is unknown. */
export function statesOfStatuses(statuses: readonly string[]): StatesOfStatus | null {
  const found = statuses.map(statesOfStatus).filter((part) => part !== null);
  if (found.length < statuses.length) return null;
  const starts = new Set(found.map(({ isStarted }) => isStarted).filter((isStarted) => isStarted !== null));
  const [isStarted = null] = starts.size === 1 ? starts : [];
  return { states: [...new Set(found.flatMap(({ states }) => states))], isStarted };
}
