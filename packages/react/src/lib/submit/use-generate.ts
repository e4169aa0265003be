import type { AnySafelightClient } from "@safelight/client";
import { isTerminal, type Json } from "@safelight/client/contract";
import { QueryObserver } from "@tanstack/react-query";
import { useEffect, useInsertionEffect, useState, useSyncExternalStore } from "react";
import { useConnection } from "../connection/use-connection.js";
import { useLive } from "../connection/use-live.js";
import { generationQueryOptions } from "../query/query-options.js";
import { createGenerateSession } from "./generate-session.js";
import type { UseGenerateOptions, UseGenerateResult } from "./use-generate-interface.js";

export function useGenerateOf(client: AnySafelightClient, options: UseGenerateOptions): UseGenerateResult<Json> {
  const live = useLive(client);
  const { scope } = options;
  const open = () => ({ live, scope, session: createGenerateSession(live, client, options) });
  // No memo, which React may drop and a hot reload does: what was submitted would not be followed any more.
  let [held, hold] = useState(open);
  if (held.live !== live || held.scope !== scope) {
    held = open();
    hold(held);
  }
  const { session } = held;
  // Before the effects of any child, which may submit.
  useInsertionEffect(() => {
    session.client = client;
    session.options = options;
  });
  const { flight, ...state } = useSyncExternalStore(session.subscribe, session.getState, session.getState);
  const { generation } = state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the query keeps itself current once it is there
  useEffect(() => {
    if (generation === null) return;
    // Reads what is shown again when its URLs end, or when it may have gone.
    const query = { ...generationQueryOptions(client, generation.id), initialData: generation };
    return new QueryObserver(live.queryClient, query).subscribe(() => {});
  }, [live, generation?.id]);
  return {
    ...session.commands,
    ...state,
    connection: useConnection(live),
    isActive: generation !== null && !isTerminal(generation),
    submission: flight && {
      input: flight.request.input ?? null,
      retryOf: flight.request.retryOf ?? null,
      idempotencyKey: flight.idempotencyKey,
      submittedAt: flight.submittedAt,
    },
  };
}
