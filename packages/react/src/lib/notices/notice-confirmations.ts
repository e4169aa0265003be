import type { Live } from "../connection/live-interface.js";
import { isFinal, isRetryable } from "./notice-errors.js";

/** Presented notices that the server has not confirmed. */
export interface NoticeConfirmations {
  add(claim: string, id: string): void;
  /** Confirms all of them. Those that fail are confirmed by the next call, or after a delay. */
  send(): Promise<void>;
  /** Stops the retry. */
  stop(): void;
}

/** @param options `retryDelayMs`: delay before a retry, `null` for none. */
export function createNoticeConfirmations(
  live: Live,
  { retryDelayMs }: { readonly retryDelayMs: () => number | null },
): NoticeConfirmations {
  const idsByClaim = new Map<string, readonly string[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const add = (claim: string, ids: readonly string[]) =>
    idsByClaim.set(claim, [...(idsByClaim.get(claim) ?? []), ...ids]);
  const send = async () => {
    clearTimeout(timer);
    const batch = [...idsByClaim];
    idsByClaim.clear();
    for (const [claim, ids] of batch) {
      try {
        await live.client.confirmNotices(claim, ids);
      } catch (error) {
        // Such notices stay unconfirmed.
        if (isFinal(error)) continue;
        add(claim, ids);
        const delayMs = isRetryable(error) ? retryDelayMs() : null;
        clearTimeout(timer);
        if (delayMs !== null) timer = setTimeout(send, delayMs);
      }
    }
  };
  return { add: (claim, id) => void add(claim, [id]), send, stop: () => clearTimeout(timer) };
}
