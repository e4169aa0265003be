import type { CallOptions, EventsOptions, SafelightEvent } from "../client.js";
import type { Generation } from "../contract/generation.js";
import type { GenerationResponse } from "../contract/wire.js";
import { backoffMs } from "../requests/backoff.js";
import { generationPath } from "../requests/generation-path.js";
import { pause } from "../requests/pause.js";
import { isDefinite, SafelightError } from "../requests/safelight-error.js";
import type { Transport } from "../requests/transport.js";
import { browserPeers } from "./browser-peers.js";
import { follow } from "./follow.js";
import { liveIterable } from "./live-iterable.js";
import { localPeers } from "./local-peers.js";
import { createMethodChoice } from "./method-choice.js";
import type { Peers } from "./peers.js";
import type { WatchedServer } from "./read-server.js";
import { watchGeneration } from "./watch-generation.js";

/** The client that makes a call. */
export interface LiveContext {
  readonly transport: Transport;
  readonly cacheKey: string;
}

/** State that the calls of a client share. */
interface ClientState {
  readonly server: WatchedServer;
  readonly peers: Peers;
}

const states = new WeakMap<Transport, ClientState>();

function stateOf(transport: Transport): ClientState {
  const { environment } = transport;
  const state = states.get(transport) ?? {
    server: { transport, methods: createMethodChoice(environment, transport), pollAfterMs: 0 },
    peers: environment.peers ?? browserPeers() ?? localPeers(),
  };
  states.set(transport, state);
  return state;
}

/** `client.events()`. */
export function events(
  { transport, cacheKey }: LiveContext,
  { after, signal }: EventsOptions,
): AsyncIterable<SafelightEvent> {
  return liveIterable(signal, (own, emit) =>
    follow({ ...stateOf(transport), cacheKey, after, signal: own, emit: (event) => emit(event, keyOf(event)) }),
  );
}

/** `client.watch()`. */
export function watch(
  context: LiveContext,
  { id, signal }: CallOptions & { readonly id: string },
): AsyncIterable<Generation> {
  return liveIterable(signal, (own, emit) =>
    watchGeneration({
      id,
      get: () => getGeneration(context.transport, { id, signal: own }),
      follow: (after) => events(context, { after, signal: own }),
      emit: (generation) => emit(generation, id),
    }),
  );
}

/** Fetches a generation. Retries failures with backoff. @throws {SafelightError} a refusal that a retry would repeat */
async function getGeneration(
  { environment, send }: Transport,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<Generation> {
  const request = { path: generationPath(id), member: "generation", maxRetries: 0, signal } as const;
  for (let failures = 0; ; failures += 1) {
    try {
      // A requested member is never missing.
      return ((await send<GenerationResponse>(request)).body as GenerationResponse).generation;
    } catch (error) {
      if (!(error instanceof SafelightError) || isDefinite(error)) throw error;
      const { retryAfterMs } = error;
      const ms = backoffMs(environment, failures) + (retryAfterMs ?? 0);
      await pause(environment, { ms, until: () => retryAfterMs === null && environment.isOpen(), signal });
    }
  }
}

function keyOf(event: SafelightEvent): string {
  if (event.type === "generation") return event.generation.id;
  // An unread `null` precedes another owner's snapshot, whose balance must not replace it.
  if (event.type === "credits" && event.balance === null) return "no balance";
  return event.type === "deleted" ? event.id : event.type;
}
