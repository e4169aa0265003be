import { isTerminalStatus } from "../../contract/generation.js";
import type { MockGeneration } from "../state/mock-generation.js";

const idlePollMs = 30_000;
const activePollMs = 1_000;

/** Delay before the next poll without a push transport, in milliseconds. */
export function pollAfterMs(generations: readonly MockGeneration[]): number {
  return generations.some(({ status }) => !isTerminalStatus(status)) ? activePollMs : idlePollMs;
}
