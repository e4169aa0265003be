import type { AnySafelightClient } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import type { QueryClient } from "@tanstack/react-query";
import type { ActiveQueryOptions } from "../query/query-options.js";
import type { Emitter } from "./emitter.js";
import type { LiveState } from "./live-state.js";
import type { Owner } from "./owner.js";

/** A change of the connection. */
export type LiveChange =
  /** The newest version of a generation. */
  | { readonly type: "generation"; readonly generation: Generation }
  /** The owner, the state or the list of active generations, or a generation was deleted. */
  | { readonly type: "state" };

/** The one live connection of a query client to a server, shared by all hooks. It emits its changes. */
export interface Live extends Emitter<LiveChange> {
  readonly queryClient: QueryClient;
  /** The mounted client that sends the requests of the connection. */
  client: AnySafelightClient;
  /** Options of the query for active generations. */
  readonly active: ActiveQueryOptions;
  state: LiveState;
  /** `null` until their code is loaded. */
  commands: LiveCommands | null;
}

/** Functions of a connection, whose code a page loads when the first hook is mounted. */
export interface LiveCommands {
  /** The newest known version of a generation: `null` if it was deleted, `undefined` if it is unknown. */
  find(id: string): Generation | null | undefined;
  /** When this device received this version, in epoch milliseconds; `undefined` if unknown. */
  receivedAt(generation: Generation): number | undefined;
  /** Merges the response to a command of `by` into the cache. */
  take(generation: Generation, by: Owner): void;
  /** Hides finished generations from `unseen`. If `sent` rejects, a refetch after a growing delay brings them back. */
  hide(ids: readonly string[], sent: Promise<void>): void;
  /**
   * Keeps the connection open until the returned function is called. If all users of the elected client unmount, another
   * mounted client takes over, which may send other headers.
   */
  mount(client: AnySafelightClient): () => void;
  /** See `CachedCredits.observeEntries`. */
  observeEntries(): () => void;
}
