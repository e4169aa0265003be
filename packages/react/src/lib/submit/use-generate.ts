import type { AnySafelightClient } from "@safelight/client";
import { isTerminal, type Json } from "@safelight/client/contract";
import { QueryObserver } from "@tanstack/react-query";
import { useEffect, useInsertionEffect, useState, useSyncExternalStore } from "react";
import { useConnection } from "../connection/use-connection.js";
import { useLive } from "../connection/use-live.js";
import { generationQueryOptions } from "../query/query-options.js";
import { createGenerateCommands } from "./generate-commands.js";
import { createGenerateSession } from "./generate-session.js";
import type { UseGenerateOptions, UseGenerateResult } from "./use-generate-interface.js";

export function useGenerateOf(client: AnySafelightClient, options: UseGenerateOptions): UseGenerateResult<Json> {
  const live = useLive(client);
  const { scope } = options;
  const open = () => {
    const session = createGenerateSession(live, { client, options });
    return { live, scope, session, commands: createGenerateCommands(session) };
  };
  // Not a memo: React may drop it, as a hot reload does, and the submission would not be followed any more.
  let [held, hold] = useState(open);
  if (held.live !== live || held.scope !== scope) {
    held = open();
    hold(held);
  }
  const { session, commands } = held;
  // Before the effects of any child, which may submit.
  useInsertionEffect(() => {
    session.client = client;
    session.options = options;
  });
  const state = useSyncExternalStore(session.subscribe, session.getState, session.getState);
  const { submission, generation, isSubmitting, isResumed, error } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the query keeps itself fresh once it exists
  useEffect(() => {
    if (generation === null) return;
    // Refetches the shown generation when its URLs expire, or when it may be deleted.
    const query = { ...generationQueryOptions(client, generation.id), initialData: generation };
    return new QueryObserver(live.queryClient, query).subscribe(() => {});
  }, [live, generation?.id]);
  return {
    ...commands,
    generation,
    isSubmitting,
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
