import { createSafelightClient } from "@safelight/client";
import type { SafelightApp } from "@safelight/client/contract";
import { createSafelightHooks } from "@safelight/react";
import { openDarkroom } from "./darkroom.ts";

/** The models of the demo, as `typeof safelight` would infer them. */
type DemoApp = SafelightApp<{ readonly poster: { readonly input: { readonly prompt: string } } }>;

/** The server of this page, in memory. A real page has none: its client sends requests to your server. */
export const darkroom = openDarkroom({ storage: sessionStorage, now: Date.now });

const client = createSafelightClient<DemoApp>({
  baseUrl: location.origin,
  fetch: darkroom.fetch,
  // Each tab has a server of its own, so tabs must not share a connection.
  cacheKey: `live-demo-${tabId()}`,
});

export const { useGenerate, useActiveGeneration, useGenerationHistory, useCredits } = createSafelightHooks(client);

function tabId(): string {
  const key = "safelight-live-demo-tab";
  const id = sessionStorage.getItem(key) ?? String(crypto.getRandomValues(new Uint32Array(1))[0]);
  sessionStorage.setItem(key, id);
  return id;
}
