import type { ActiveResponse, Generation } from "@safelight/client/contract";
import { isTerminal } from "@safelight/client/contract";

/**
 * What the cache holds under `safelightKeys.active()`: the answer of `GET /active`, kept current by the live loop.
 * `sequence`, `serverTime` and `pollAfterMs` stay those of the last whole answer.
 */
export interface ActiveData extends ActiveResponse {
  /**
   * The server's clock minus this device's, in milliseconds: add it to `Date.now()` to measure against the times of a
   * generation. `null` until this device itself has heard from the server (data that came with the page).
   */
  readonly serverOffsetMs: number | null;
}

/** An answer as the cache keeps it. `receivedAt` is the device's clock, or `null` where the answer was not heard here. */
export function toActiveData(response: ActiveResponse, receivedAt: number | null): ActiveData {
  return { ...response, serverOffsetMs: receivedAt === null ? null : Date.parse(response.serverTime) - receivedAt };
}

/** Puts a changed generation where it belongs. Returns the same data when the version held is as new. */
export function mergeActive(data: ActiveData, generation: Generation): ActiveData {
  const same = ({ id }: Generation): boolean => id === generation.id;
  const held = data.generations.find(same) ?? data.unseen.find(same);
  if (held !== undefined && held.version >= generation.version) return data;
  const rest = removeFromActive(data, generation.id);
  if (!isTerminal(generation)) {
    return { ...rest, generations: sorted([...rest.generations, generation], ({ id }) => id) };
  }
  if (generation.seenAt !== null) return rest;
  return {
    ...rest,
    unseen: sorted([...rest.unseen, generation], ({ finishedAt }) => finishedAt ?? "").slice(0, longestUnseen),
    unseenCount: rest.unseenCount + 1,
  };
}

/** Takes a generation out, wherever it is. Returns the same data when it is nowhere. */
export function removeFromActive(data: ActiveData, id: string): ActiveData {
  const others = (generation: Generation): boolean => generation.id !== id;
  const unseen = data.unseen.filter(others);
  const generations = data.generations.filter(others);
  const fewer = data.unseen.length - unseen.length;
  if (fewer === 0 && generations.length === data.generations.length) return data;
  return { ...data, generations, unseen, unseenCount: data.unseenCount - fewer };
}

/** As many as the server lists. */
const longestUnseen = 20;

/** Newest first. */
function sorted(generations: readonly Generation[], by: (generation: Generation) => string): readonly Generation[] {
  return [...generations].sort((left, right) => (by(left) < by(right) ? 1 : -1));
}
