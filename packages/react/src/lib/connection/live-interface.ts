import type { AnySafelightClient } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import type { QueryClient } from "@tanstack/react-query";
import type { CachedCredits } from "../query/cached-credits.js";
import type { ActiveQueryOptions } from "../query/query-options.js";
import type { Connection } from "./connection.js";
import type { Owner } from "./owner.js";

/** The one live connection of a query client to a server, shared by every hook. */
export interface Live {
  readonly queryClient: QueryClient;
  /** The one that it goes by. */
  readonly client: AnySafelightClient;
  /** Options of the query for what is active. */
  readonly active: ActiveQueryOptions;
  readonly credits: Pick<CachedCredits, "observeEntries">;
  readonly connection: Connection;
  /** What is active is known as it is now, rather than as it came with the page, or as it was when the last one left. */
  readonly isCurrent: boolean;
  /** Who is signed in. */
  readonly owner: Owner;
  /** Whether what came with the page and is of this owner may be shown. */
  mayShow(ownerTag: string): boolean;
  /** The newest form of a generation that was heard of; `null` when it was deleted. */
  find(id: string): Generation | null | undefined;
  /** Brings the answer of a command, and who gave it, to everything that shows the generation. */
  take(generation: Generation, by: Owner): void;
  /** Stops showing ended generations as unseen, before the server says so. */
  hide(ids: readonly string[]): void;
  /**
   * Keeps the connection until the returned function is called. It goes by another client of the server, which may have
   * other headers, as soon as nobody has mounted the one before.
   */
  mount(client: AnySafelightClient): () => void;
  /** Hears that something above changed, with the generation that did. */
  subscribe(listener: (generation?: Generation | null) => void): () => void;
}
