import { isOnWorkers } from "../../process/is-on-workers.js";

/** A response in progress. */
export interface UnreadResponse {
  /** Its client has read a part of it. */
  progress(): void;
  /** The response was sent, has failed or was canceled. A second call does nothing. */
  end(): void;
}

/** The responses of one process that hold memory or a file until their clients have read them. */
export interface UnreadResponses {
  /**
   * Adds a response. Beyond the max, closes the responses with the oldest progress, or start if they report none: a client that
   * does not read delays no other one. Never closes the new one, even if it alone exceeds the max.
   *
   * @param response.size in the unit of the max.
   * @param response.close called at most once, after which the response has ended.
   */
  add(response: { readonly size: number; readonly close: () => void }): UnreadResponse;
}

/** One request of Cloudflare Workers cannot close the response of another one. */
const unlimited: UnreadResponse = { progress: () => {}, end: () => {} };

/** Limits the total size of the responses in progress. */
export function createUnreadResponses({ maxSize }: { readonly maxSize: number }): UnreadResponses {
  // In the order of their last progress.
  const responses = new Set<Parameters<UnreadResponses["add"]>[0]>();
  let totalSize = 0;
  return {
    add(response) {
      if (isOnWorkers(globalThis)) return unlimited;
      const end = (): void => {
        if (responses.delete(response)) totalSize -= response.size;
      };
      totalSize += response.size;
      for (const stalled of responses) {
        if (totalSize <= maxSize) break;
        responses.delete(stalled);
        totalSize -= stalled.size;
        stalled.close();
      }
      responses.add(response);
      return {
        progress: () => {
          if (responses.delete(response)) responses.add(response);
        },
        end,
      };
    },
  };
}
