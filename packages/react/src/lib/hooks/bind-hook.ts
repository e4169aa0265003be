import type { AnySafelightClient } from "@safelight/client";

/** A hook of any app, whose first argument is the client. */
type UnboundHook = (client: AnySafelightClient, ...args: never[]) => unknown;

/**
 * Binds a hook to the client of each render, and types it by the models of an app. Annotate the constant that holds it: an
 * inferred type would be resolved in the published declarations, before the host has registered its app.
 */
export function bindHook<Hook>(hook: UnboundHook, useClient: () => AnySafelightClient): Hook {
  return typedByApp((...args: never[]) => hook(useClient(), ...args));
}

/**
 * Types a hook, or a record of hooks, by the models of an app.
 *
 * This is the proof of its cast: models name the inputs and outputs that a server accepts and returns. They narrow types
 * only, and the code is the same for every app. `*.test-d.tsx` check the narrowed types.
 */
export function typedByApp<Hook>(hook: unknown): Hook {
  return hook as Hook;
}
