import type { Position, SafelightEvent } from "../client.js";
import { type Generation, isTerminal } from "../contract/generation.js";

/** Options of `watchGeneration`. */
export interface WatchOptions {
  readonly id: string;
  /** Fetches the generation. Retries failures. */
  readonly get: () => Promise<Generation>;
  /** Every change of the owner after a position. */
  readonly follow: (after: Position) => AsyncIterable<SafelightEvent>;
  readonly emit: (generation: Generation) => void;
}

/** Emits the current version of a generation, then each newer one, by the connection that all watchers share. */
export async function watchGeneration({ id, get, follow, emit }: WatchOptions): Promise<void> {
  let last = await get();
  emit(last);
  if (isTerminal(last)) return;
  for await (const event of follow({ ownerTag: last.ownerTag, sequence: last.sequence })) {
    const isDeleted = event.type === "deleted" && event.id === id;
    const isSnapshot = event.type === "snapshot";
    // A snapshot lacks finished generations, and may be another owner's. The server decides.
    const next = isDeleted || isSnapshot ? await get() : event.type === "generation" && event.generation;
    if (!next || next.id !== id) continue;
    // A restored backup sets versions back.
    if (isSnapshot ? next.version === last.version : next.version <= last.version) continue;
    last = next;
    emit(last);
    if (isTerminal(last)) return;
  }
}
