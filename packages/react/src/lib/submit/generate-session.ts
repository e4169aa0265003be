import { createEmitter } from "../connection/emitter.js";
import type { Live } from "../connection/live-interface.js";
import { newestActive } from "./newest-active.js";
import type { GenerateSession } from "./session-interface.js";
import { initialSessionState } from "./session-state.js";

/** Creates the session of a hook instance. It shows a known active generation at once. */
export function createGenerateSession(
  live: Live,
  { client, options }: Pick<GenerateSession, "client" | "options">,
): GenerateSession {
  const { resume = true } = options;
  const generation = (resume && newestActive(live, options)) || null;
  return {
    ...createEmitter<void>(),
    live,
    client,
    options,
    state: initialSessionState(resume, generation),
    ownerEpoch: live.state.owner.epoch,
    sending: null,
    inFlight: new Set(),
    watched: new Set(generation ? [generation.id] : []),
    sent: new Set(),
    reported: new Set(),
  };
}
