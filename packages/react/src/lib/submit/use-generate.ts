import type { AnySafelightClient } from "@safelight/client";
import { isTerminal, type Json } from "@safelight/client/contract";
import { useEffect, useInsertionEffect, useState, useSyncExternalStore } from "react";
import { withModule } from "../connection/late-module.js";
import { useConnection } from "../connection/use-connection.js";
import { useLive } from "../connection/use-live.js";
import { createGenerateCommands, sessionModule } from "./generate-commands.js";
import { createGenerateSession } from "./generate-session.js";
import { isSubmitting } from "./session-state.js";
import type { UseGenerateOptions, UseGenerateResult } from "./use-generate-interface.js";

export function useGenerateOf(client: AnySafelightClient, options: UseGenerateOptions): UseGenerateResult<Json> {
  const live = useLive(client);
  const { scope } = options;
  const open = () => {
    const session = createGenerateSession(live, { client, options });
    return { scope, session, commands: createGenerateCommands(session) };
  };
  // Not a memo: React may drop it, as a hot reload does, and the submission would not be followed any more.
  let [held, hold] = useState(open);
  if (held.session.live !== live || held.scope !== scope) {
    held = open();
    hold(held);
  }
  const { session, commands } = held;
  // Before the effects of any child, which may submit.
  useInsertionEffect(() => {
    session.client = client;
    session.options = options;
  });
  const getState = () => session.state;
  const state = useSyncExternalStore(session.subscribe, getState, getState);
  const { submission, generation, isResumed, error } = state;
  useEffect(() => {
    const stop = withModule(sessionModule, { run: ({ followSession }) => followSession(session) });
    // The connection, which requests it too, may not be loaded yet.
    if (session.state.mayAdopt) void live.queryClient.prefetchQuery(live.active);
    return stop;
  }, [live, session]);
  return {
    ...commands,
    generation,
    isSubmitting: isSubmitting(state),
    isResumed,
    error,
    connection: useConnection(live),
    isActive: generation !== null && !isTerminal(generation),
    submission: submission && {
      input: submission.request.input ?? null,
      retryOf: submission.request.retryOf ?? null,
      idempotencyKey: submission.idempotencyKey,
      submittedAt: submission.submittedAt,
    },
  };
}
