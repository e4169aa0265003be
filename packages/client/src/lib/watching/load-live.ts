import type { Environment } from "../environment.js";
import { maxBackoffMs } from "../requests/backoff.js";
import { pause } from "../requests/pause.js";

const minDelayMs = 1_000;

/** Loads the chunk that watches. Retries until it can be loaded: a deployment may have removed it. */
export async function loadLive(environment: Environment, signal: AbortSignal) {
  for (let ms = minDelayMs; ; ms = Math.min(2 * ms, maxBackoffMs)) {
    try {
      return await import("../../live.js");
    } catch {
      await pause(environment, { ms, signal, until: () => environment.isOpen() });
    }
  }
}
