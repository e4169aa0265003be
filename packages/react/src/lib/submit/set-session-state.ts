import type { GenerateSession } from "./session-interface.js";
import type { SessionState } from "./session-state.js";

/** Shows a state, unless it is the same object. */
export function setSessionState(session: GenerateSession, state: SessionState): void {
  if (state === session.state) return;
  session.state = state;
  session.emit();
}
