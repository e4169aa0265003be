import type { AnySafelightClient } from "@safelight/client";
import type { QueryClient } from "@tanstack/react-query";
import { activeQueryOptions } from "../query/query-options.js";
import { createEmitter } from "./emitter.js";
import { lateModule, withModule } from "./late-module.js";
import type { Live, LiveChange } from "./live-interface.js";
import { unknownOwner } from "./owner.js";

/** The code of the connection. A page loads it when the first hook is mounted. */
export const liveModule = /* @__PURE__ */ lateModule(() => {
  // The connection needs this chunk of the client next. A failure is the client's to handle.
  import("@safelight/client/live").catch(() => {});
  return import("./live.js");
});

/**
 * A connection whose code is loaded when the first hook is mounted. Calls before that are applied once it is loaded. While it
 * cannot be loaded, the active generations are refetched with a growing delay.
 */
export function createLateLive(queryClient: QueryClient, client: AnySafelightClient): Live {
  const active = activeQueryOptions(client);
  const changes = createEmitter<LiveChange>();
  let live: Live | undefined;
  /** Runs an effect with the connection, until the returned function is called. */
  const withLive = (run: (live: Live) => (() => void) | undefined) =>
    withModule(liveModule, {
      run: ({ createLive }) => {
        if (live === undefined) {
          live = createLive(queryClient, client);
          live.subscribe(changes.emit);
        }
        return run(live);
      },
      onFailure: () => void queryClient.invalidateQueries({ queryKey: active.queryKey, exact: true }),
    });
  return {
    queryClient,
    active,
    credits: { observeEntries: () => withLive(({ credits }) => credits.observeEntries()) },
    subscribe: changes.subscribe,
    get client() {
      return live?.client ?? client;
    },
    get connection() {
      return live?.connection ?? "connecting";
    },
    get isCurrent() {
      return live?.isCurrent ?? false;
    },
    get owner() {
      return live?.owner ?? unknownOwner;
    },
    find: (id) => live?.find(id),
    take: (generation, by) => {
      withLive((loaded) => void loaded.take(generation, by));
    },
    hide: (ids) => {
      withLive((loaded) => void loaded.hide(ids));
    },
    mount: (next) => withLive((loaded) => loaded.mount(next)),
  };
}
