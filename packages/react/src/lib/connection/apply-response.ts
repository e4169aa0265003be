import type { ActiveResponse } from "@safelight/client/contract";
import type { Query } from "@tanstack/react-query";
import { type ActiveData, toActiveData } from "../query/active-data.js";
import { type CachedResponse, generationsOf, responsesOf } from "../query/cached-query.js";
import { applyGeneration, applyNotFound } from "./apply-generation.js";
import { codeOf } from "./error-code.js";
import type { LiveContext } from "./live-context.js";
import { identified, listed, ownerReset } from "./live-state.js";
import { mayShow } from "./owner.js";

/**
 * Applies new data of a query: it may identify the owner, and its generations are merged with the known versions.
 *
 * @param isFresh `true` if the server has just responded with it; `false` for restored, hydrated or manually set data.
 */
export function applyResponse(
  live: LiveContext,
  { query, isFresh }: { readonly query: Query; readonly isFresh: boolean },
): void {
  const { queries } = live;
  const parts = responsesOf(query);
  const ownerTag = parts.at(-1)?.ownerTag;
  if (ownerTag === undefined) return;
  const isMixed = isOfAnotherOwner(parts, ownerTag);
  identifyOwner(live, { ownerTag, isFresh, isConfirmed: isFresh && !isMixed });
  if (clearIfForeign(live, query)) return;
  for (const generation of generationsOf(query)) applyGeneration(live, { generation });
  // The response may predate changes that were received before it.
  for (const change of live.generations.values()) queries.merge(query, change);
  if (query.queryKey[2] === "active") applyActive(live, { query, isFresh });
  if (isFresh) resumeWith(live, query);
  else queries.refetchIfOlder(query, live.generations.completeSince);
}

/**
 * Clears the data of a query if any of it may not be shown, and returns whether it did. Safe during a render, since it notifies
 * no component.
 */
export function clearIfForeign({ queries, state }: LiveContext, query: Query): boolean {
  if (responsesOf(query).every(({ ownerTag }) => mayShow(state.owner, ownerTag))) return false;
  queries.clear(query);
  queries.refetchClearedLater();
  return true;
}

/** Sets the position of the connection to that of a list of active generations, unless it has a newer one. */
export function adoptPosition(
  live: LiveContext,
  { active, isFresh }: { readonly active: ActiveResponse; readonly isFresh: boolean },
): void {
  const { generations, queries } = live;
  const before = live.state.position;
  live.setState(listed(live.state, { active, isFresh, completeSince: generations.completeSince }));
  if (live.state.position === before) return;
  // Only a rewind changes a known position.
  if (before !== null) live.restart(0);
  else {
    generations.completeSince = active.sequence;
    for (const query of queries.all()) queries.refetchIfOlder(query, active.sequence);
  }
}

/**
 * Another owner may have signed in: forgets all data that does not belong to `ownerTag`, and requests it. Also
 * resets the gallery of the owner's team.
 */
export function resetForOwner(live: LiveContext, ownerTag: string | null): void {
  const { queries, generations, active } = live;
  live.setState(ownerReset(live.state, ownerTag), () => {
    generations.clear();
    for (const query of queries.all()) {
      const parts = responsesOf(query);
      if (parts.length === 0 || ownerTag === null || isOfAnotherOwner(parts, ownerTag)) queries.clear(query);
    }
  });
  if (live.state.phase !== "stopped") live.restart(live.nextDelayMs());
  if (active.queryKey.at(-1) !== "team") resetTeam(live);
}

/** The connection of the team's gallery may be stopped, so its queries are cleared here. If it runs, the removal resets it. */
function resetTeam({ queries, queryClient, active }: LiveContext): void {
  const { queryKey } = active;
  for (const query of queryClient.getQueryCache().findAll({ queryKey: queryKey.slice(0, 2) }))
    if (query.queryKey.at(-1) === "team") queries.clear(query);
  queryClient.removeQueries({ queryKey: [...queryKey, "team"] });
}

/** The server has responded to the owner: starts the connection again if it was refused before. */
export function resumeWith(live: LiveContext, query?: Query): void {
  if (live.state.phase !== "refused") return;
  live.restart(0);
  live.queries.refetchAll(query);
}

export function applyError(live: LiveContext, { queryKey, state }: Query): void {
  // The fourth part of the key of one generation is its id.
  if (queryKey[2] === "generation" && codeOf(state.error) === "not_found") applyNotFound(live, queryKey[3] as string);
}

/** Handles the removal of a query by the host. Removing the active generations means that the owner signed out. */
export function applyRemoval(live: LiveContext, query: Query): void {
  // Mounted components show removed data until it is cleared.
  if (query.getObserversCount() > 0) live.queries.clear(query);
  if (query.queryKey[2] === "active") resetForOwner(live, null);
}

function identifyOwner(
  live: LiveContext,
  {
    ownerTag,
    isFresh,
    isConfirmed,
  }: { readonly ownerTag: string; readonly isFresh: boolean; readonly isConfirmed: boolean },
): void {
  const { tag } = live.state.owner;
  if (isFresh && tag !== null && ownerTag !== tag) resetForOwner(live, ownerTag);
  if (isFresh || mayShow(live.state.owner, ownerTag)) {
    live.setState(identified(live.state, { ownerTag, isConfirmed }));
  }
}

function applyActive(
  live: LiveContext,
  { query, isFresh }: { readonly query: Query; readonly isFresh: boolean },
): void {
  // The query with this key holds nothing else.
  const active = query.state.data as ActiveData;
  // A server rendered it just before.
  if (active.serverOffsetMs === null) live.queries.write(query, { data: toActiveData(active, Date.now()) });
  adoptPosition(live, { active, isFresh });
  live.emit({ type: "state" });
}

function isOfAnotherOwner(parts: readonly CachedResponse[], ownerTag: string): boolean {
  return parts.some((part) => part.ownerTag !== ownerTag);
}
