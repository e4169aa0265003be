import { isRefusal, SafelightError } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import { useState } from "react";
import { client } from "../hooks";

/** The keys of retries without a response, by the id of the old generation. A block may close and open again in between. */
const unanswered = new Map<string, string>();

/** The price of a retry, and the function that sends it. */
export interface Retry {
  /** In credits; `null` if the host does not bill. */
  readonly credits: number | null;
  /**
   * Retries at this price, and resolves with the id of the new generation. After a lost response, the next call repeats the
   * request, which takes effect once.
   */
  readonly retry: () => Promise<string>;
}

/** Retries a generation for the price that its button shows: the old one, until the server names another. */
export function useRetry({ id, credits: oldCredits }: Generation): Retry {
  const [changed, setChanged] = useState<{ readonly id: string; readonly credits: number } | null>(null);
  const credits = changed?.id === id ? changed.credits : oldCredits;
  return {
    credits,
    async retry() {
      const idempotencyKey = unanswered.get(id) ?? client.createId();
      unanswered.set(id, idempotencyKey);
      try {
        const { generation } = await client.retry(id, { idempotencyKey, expectedCredits: credits ?? undefined });
        unanswered.delete(id);
        return generation.id;
      } catch (error) {
        if (isRefusal(error)) unanswered.delete(id);
        if (SafelightError.isInstance(error) && error.code === "price_changed" && error.credits !== null)
          setChanged({ id, credits: error.credits });
        throw error;
      }
    },
  };
}
