import type { AnySafelightClient } from "@safelight/client";
import type { ActiveData } from "../query/active-data.js";
import { freshUrls } from "../query/fresh-urls.js";
import { urlSchedule } from "../query/url-schedule.js";
import { applyGeneration } from "./apply-generation.js";
import {
  applyError,
  applyRemoval,
  applyResponse,
  clearIfForeign,
  resetForOwner,
  resumeWith,
} from "./apply-response.js";
import { createConnectionLoop } from "./connection-loop.js";
import { createBackoff } from "./create-backoff.js";
import { createLiveContext, type LiveContext } from "./live-context.js";
import type { Live, LiveCommands } from "./live-interface.js";
import { identified } from "./live-state.js";
import { receivedAtOf } from "./received-at.js";
import { reportHostError } from "./report-host-error.js";

/** How long the connection stays open without users, so that navigation between pages does not close it. */
const lingerMs = 1_000;

/** Creates the commands of a connection. */
export function createLiveCommands(connection: Live): LiveCommands {
  const live = createLiveContext(connection);
  urlSchedule.current = freshUrls;
  const markSeenBackoff = createBackoff();
  const findActive = () => live.queryClient.getQueryCache().find(live.active);
  return {
    mount: createMount(live),
    // After the host has removed the active generations, perhaps while no hook was mounted, nothing is known.
    find: (id) => (live.state.position === null || findActive() ? live.generations.get(id)?.generation : undefined),
    receivedAt: receivedAtOf,
    take: (generation, by) => {
      const { ownerTag } = generation;
      const { owner } = live.state;
      // A late response to an owner who has signed out.
      if (by.epoch !== owner.epoch && ownerTag !== owner.tag) return;
      if (owner.tag !== null && ownerTag !== owner.tag) resetForOwner(live, ownerTag);
      live.setState(identified(live.state, { ownerTag, isConfirmed: true }));
      applyGeneration(live, { generation, isChange: true });
      resumeWith(live);
    },
    hide: (ids, sent) => {
      const refetch = () => live.queries.refetchSoon(live.active.queryKey);
      // An effect of the host may mark them again as soon as they are back.
      sent.catch(() => setTimeout(refetch, markSeenBackoff(Date.now())));
      const query = findActive();
      if (query === undefined) return;
      // The query with this key holds nothing else. Active generations stay, also if `ids` has them.
      const unseen = (query.state.data as ActiveData | undefined)?.unseen ?? [];
      for (const { id } of unseen) if (ids.includes(id)) live.queries.merge(query, { id, generation: null });
    },
    observeEntries: live.credits.observeEntries,
  };
}

/** Keeps the connection open while at least one client is mounted. */
function createMount(live: LiveContext): LiveCommands["mount"] {
  const mounted: AnySafelightClient[] = [];
  let linger: ReturnType<typeof setTimeout> | undefined;
  let unsubscribe = () => {};

  /** Switches to the newest mounted client if the current one was unmounted or refused. */
  const electClient = async () => {
    // React unmounts everything that changes before it mounts it again.
    await undefined;
    const newest = mounted.at(-1);
    const isRefused = live.state.phase === "refused";
    if (newest === undefined || newest === live.client || (!isRefused && mounted.includes(live.client))) return;
    live.client = newest;
    if (live.state.phase !== "waiting") live.restart(live.nextDelayMs());
  };
  const loop = createConnectionLoop(live, () => void electClient());
  live.restart = loop.start;
  const open = (client: AnySafelightClient) => {
    const { queries, queryClient, active } = live;
    live.client = client;
    unsubscribe = queries.subscribe({
      onUnfetched: (query) => clearIfForeign(live, query),
      onData: (query, isFresh) => applyResponse(live, { query, isFresh }),
      onError: (query) => applyError(live, query),
      onRemoved: (query) => applyRemoval(live, query),
    });
    live.setState({ ...live.state, phase: "running" });
    try {
      if (live.state.position && !queryClient.getQueryCache().find(active)) return resetForOwner(live, null);
      // Data that came with the page may provide the position, before the loop requests it.
      for (const query of queries.all()) applyResponse(live, { query, isFresh: false });
    } catch (error) {
      // A listener of the host's cache has thrown.
      reportHostError(error);
    }
    loop.start(0);
  };
  const close = () => {
    unsubscribe();
    loop.stop();
  };
  return (client) => {
    mounted.push(client);
    clearTimeout(linger);
    if (live.state.phase === "stopped") open(client);
    else void electClient();
    return () => {
      mounted.splice(mounted.indexOf(client), 1);
      if (mounted.length === 0) linger = setTimeout(close, lingerMs);
      else void electClient();
    };
  };
}
