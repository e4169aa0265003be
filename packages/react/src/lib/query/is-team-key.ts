import { galleryKeyOf } from "./team-client.js";

/** Whether data under a key is that of a team. */
export function isTeamKey(cacheKey: string): boolean {
  return cacheKey.endsWith(galleryKeyOf("", "team"));
}
