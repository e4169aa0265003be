import type { Transport } from "../requests/transport.js";

// The number is the version of the messages: tabs of another build use other channels.

/** Name of the lock and of the channel of the tabs that follow one owner of a server. */
export function ownerChannel({ cacheKey }: Transport, ownerTag: string): string {
  return `safelight:2:${ownerTag}:${cacheKey}`;
}

/** Instead of a tag, which is never empty: the channel of all tabs of the server. */
export const anyOwner = "";
