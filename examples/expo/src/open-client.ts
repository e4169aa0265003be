import { createSafelightClient, type SafelightClient } from "@safelight/client";
import type { App } from "../server/safelight.ts";

export interface OpenClientOptions {
  /** Origin of the server, such as `https://app.example.com`: an app has no origin of its own. */
  readonly baseUrl: string;
  /** Called for each request, so that a renewed token is used at once. */
  readonly accessToken: () => Promise<string>;
  /** `fetch` of `expo/fetch`, which delivers streams. With React Native's own, the client uses long polls. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** Creates the client of an app. Its requests have a bearer token: apps have no cookies of the server. */
export function openClient({ accessToken, baseUrl, fetch }: OpenClientOptions): SafelightClient<App> {
  return createSafelightClient<App>({
    baseUrl,
    headers: async () => ({ authorization: `Bearer ${await accessToken()}` }),
    // `expo/fetch` of SDK 52 to 54 takes no `Request`, and that of 55 loses its body.
    fetch: (request, init) => fetch(request.url, init),
  });
}
