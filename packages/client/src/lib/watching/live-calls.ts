import type { SafelightEvent } from "../client.js";
import { type Gallery, type Generation, isTerminal } from "../contract/generation.js";
import { newerGeneration } from "../contract/newer-generation.js";
import type { GenerationResponse } from "../contract/wire.js";
import { backoffMs } from "../requests/backoff.js";
import { generationPath } from "../requests/generation-path.js";
import { pause } from "../requests/pause.js";
import { responseError, type UnexpectedResponse } from "../requests/response-error.js";
import { SafelightError } from "../requests/safelight-error.js";
import type { Transport } from "../requests/transport.js";
import { browserPeers } from "./browser-peers.js";
import { anyOwner, ownerChannel } from "./channel-names.js";
import { type FollowOptions, follow } from "./follow.js";
import { isDefinite } from "./is-definite.js";
import { localPeers } from "./local-peers.js";
import { createMethodChoice } from "./method-choice.js";
import { restAfterFailure } from "./rest-after-failure.js";
import { unreadValues } from "./unread-values.js";

type LiveState = Pick<FollowOptions, "server" | "peers">;

/** The client that makes a call. */
export interface LiveContext {
  readonly transport: Transport;
  /** The gallery. */
  readonly of?: Gallery | undefined;
}

/** The state that the calls of a client share. */
function stateOf(transport: Transport): LiveState {
  const { environment } = transport;
  transport.late ??= {
    server: { transport, methods: createMethodChoice(environment, transport), pollAfterMs: 0 },
    peers: environment.peers ?? browserPeers() ?? localPeers(),
  } satisfies LiveState;
  // No other code sets it.
  return transport.late as LiveState;
}

/** Publishes a 401 to the other tabs, which ask the server who is signed in. Converts the response to an error. */
export function onFailure(transport: Transport, response: UnexpectedResponse): SafelightError {
  if (response.status === 401) {
    const peers = transport.environment.peers ?? browserPeers();
    const channel = peers?.join(ownerChannel(transport, anyOwner), () => {});
    channel?.post(null);
    channel?.close();
  }
  return responseError(response);
}

/** `client.events()`. */
export function events(
  { transport, of }: LiveContext,
  { after, signal }: Pick<FollowOptions, "after" | "signal">,
): AsyncGenerator<SafelightEvent> {
  return unreadValues(signal, (own, emit) =>
    follow({ ...stateOf(transport), of, after, signal: own, emit: (event) => emit(event, keyOf(event)) }),
  );
}

/** `client.watch()`: the current version of a generation, then each newer one, by the connection of all watchers. */
export function watch(
  context: LiveContext,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): AsyncGenerator<Generation> {
  return unreadValues(signal, async (own, emit) => {
    const get = () => getGeneration(context, { id, signal: own });
    let last = await get();
    emit(last, id);
    if (isTerminal(last)) return;
    const { ownerTag, sequence } = last;
    for await (const event of events(context, { after: { ownerTag, sequence }, signal: own })) {
      const isDeleted = event.type === "deleted" && event.id === id;
      const isSnapshot = event.type === "snapshot";
      // A snapshot lacks finished generations, and may be another owner's. The server decides.
      const next: Generation | undefined = isDeleted || isSnapshot ? await get() : nextOf(last, event);
      if (next?.id !== id) continue;
      // Versions of a restored backup are not comparable: the same version may be another state.
      if (!isSnapshot && newerGeneration(last, next) === last) continue;
      last = next;
      emit(last, id);
      if (isTerminal(last)) return;
    }
  });
}

/** The generation of an event, or `last` with the place of the event; `undefined` if the event has neither. */
function nextOf(last: Generation, event: SafelightEvent): Generation | undefined {
  if (event.type === "generation") return event.generation;
  if (event.type !== "place" || event.place.id !== last.id || event.place.version !== last.version) return undefined;
  const { expectedAt, progress } = event.place;
  return { ...last, expectedAt, progress: { ...last.progress, ...progress } };
}

/** Fetches a generation. Retries failures with backoff. @throws {SafelightError} a refusal that a retry would repeat */
async function getGeneration(
  { of, transport: { environment, send } }: LiveContext,
  { id, signal }: { readonly id: string; readonly signal: AbortSignal },
): Promise<Generation> {
  const request = { path: generationPath(id), of, member: "generation", maxRetries: 0, signal } as const;
  for (let failures = 0; ; failures += 1) {
    try {
      // A requested member is never missing.
      return ((await send<GenerationResponse>(request)).body as GenerationResponse).generation;
    } catch (error) {
      if (!(error instanceof SafelightError) || isDefinite(error)) throw error;
      const rest = restAfterFailure(error, { environment, baseMs: backoffMs(environment, failures) });
      await pause(environment, { ...rest, signal });
    }
  }
}

function keyOf(event: SafelightEvent): string {
  if (event.type === "generation") return event.generation.id;
  if (event.type === "place") return `place ${event.place.id}`;
  // With the key of a balance, the next owner's balance would replace an unread `null`, which precedes its snapshot.
  if (event.type === "credits" && event.balance === null) return "no balance";
  return event.type === "deleted" ? event.id : event.type;
}
