import { createSafelightClient } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";

// A script of a server: its compiler has the types of its runtime, and not the DOM library.
export const client = createSafelightClient({
  baseUrl: "https://api.example.com",
  headers: async () => ({ authorization: "Bearer token" }),
  credentials: "include",
  fetch: (request, init) => fetch(request.url, init),
});

export async function firstActive(): Promise<Generation | undefined> {
  return (await client.active()).generations[0];
}

// @ts-expect-error The options are checked, and not unresolved types.
createSafelightClient({ credentials: "always", headers: 4 });
