import type { AnySafelightClient } from "@safelight/client";
import { isTerminal, type Json } from "@safelight/client/contract";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { createGenerateSession } from "./generate-session.js";
import type { UseGenerateOptions, UseGenerateResult } from "./use-generate-interface.js";
import { useLive } from "./use-live.js";

export function useGenerateOf(client: AnySafelightClient, options: UseGenerateOptions): UseGenerateResult<Json> {
  const live = useLive(client);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what else the options say is told to the session below
  const session = useMemo(() => createGenerateSession(live, options), [live, options.scope]);
  useEffect(() => {
    session.options = options;
  });
  const { flight, ...state } = useSyncExternalStore(session.subscribe, session.getState, session.getState);
  return {
    ...session.commands,
    ...state,
    isActive: state.generation !== null && !isTerminal(state.generation),
    submission: flight && {
      input: flight.request.input ?? null,
      retryOf: flight.request.retryOf ?? null,
      idempotencyKey: flight.idempotencyKey,
      submittedAt: flight.submittedAt,
    },
  };
}
