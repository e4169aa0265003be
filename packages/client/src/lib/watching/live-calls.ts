import type { EventsOptions, SafelightEvent } from "../client.js";
import type { Generation } from "../contract/generation.js";
import type { GenerationResponse } from "../contract/wire.js";
import { backoffMs } from "../requests/backoff.js";
import { generationPath } from "../requests/generation-path.js";
import { pause } from "../requests/pause.js";
import { isDefinite, SafelightError } from "../requests/safelight-error.js";
import type { Transport } from "../requests/transport.js";
import { browserPeers } from "./browser-peers.js";
import { follow } from "./follow.js";
import { type Emit, liveIterable } from "./live-iterable.js";
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

/** What a source of values receives. */
interface SourceOptions<Value> {
  readonly signal: AbortSignal;
  readonly emit: Emit<Value>;
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

/** Source of `client.events()`. */
export function followOwner(
  { transport, cacheKey }: LiveContext,
  { after, signal, emit }: SourceOptions<SafelightEvent> & Pick<EventsOptions, "after">,
): Promise<void> {
  return follow({ ...stateOf(transport), cacheKey, after, signal, emit: (event) => emit(event, keyOf(event)) });
}

/** Source of `client.watch()`. */
export function followGeneration(
  context: LiveContext,
  { id, signal, emit }: SourceOptions<Generation> & { readonly id: string },
): Promise<void> {
  const { environment, send } = context.transport;
  const get = async (): Promise<Generation> => {
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
  };
  return watchGeneration({
    id,
    get,
    follow: (after) =>
      liveIterable(signal, (own, emitEvent) => followOwner(context, { after, signal: own, emit: emitEvent })),
    emit: (generation) => emit(generation, id),
  });
}

function keyOf(event: SafelightEvent): string {
  if (event.type === "generation") return event.generation.id;
  return event.type === "deleted" ? event.id : event.type;
}
