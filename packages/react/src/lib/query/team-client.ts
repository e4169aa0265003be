import type { AnySafelightClient } from "@safelight/client";
import type { Gallery } from "@safelight/client/contract";

/** `keyOf` divides a cache key at the line break. */
const suffix = "\nteam";
const teamClients = new WeakMap<AnySafelightClient, AnySafelightClient>();

/** The `cacheKey` of the client of a gallery: the team's gallery has data and a connection of its own. */
export function galleryKeyOf(cacheKey: string, of: Gallery | undefined): string {
  return cacheKey + (of === "team" ? suffix : "");
}

/** The client of a gallery. That of the team reads and changes the team's generations, and is the same for each call. */
export function galleryClientOf(client: AnySafelightClient, of: Gallery | undefined): AnySafelightClient {
  if (of !== "team") return client;
  const found = teamClients.get(client) ?? createTeamClient(client);
  teamClients.set(client, found);
  return found;
}

function createTeamClient(client: AnySafelightClient): AnySafelightClient {
  const of = "team";
  return {
    ...client,
    cacheKey: galleryKeyOf(client.cacheKey, of),
    get: (id, options) => client.get(id, { ...options, of }),
    active: (options) => client.active({ ...options, of }),
    list: (options) => client.list({ ...options, of }),
    cancel: (id, options) => client.cancel(id, { ...options, of }),
    delete: (id, options) => client.delete(id, { ...options, of }),
    watch: (id, options) => client.watch(id, { ...options, of }),
    wait: (id, options) => client.wait(id, { ...options, of }),
    events: (options) => client.events({ ...options, of }),
  };
}
