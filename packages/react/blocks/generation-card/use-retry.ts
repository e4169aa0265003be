import { isRefusal, SafelightError } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import { useState } from "react";
import { client } from "../hooks";

/**
 * Idempotency keys of retries without a response, or accepted a moment ago, by the id of the retried generation. They outlive the
 * mounted block.
 */
const repeatableKeys = new Map<string, string>();

/** A second click within this time after the response repeats the request, in milliseconds. */
const doubleClickMs = 1_000;

/** The price of a retry, and the function that sends it. */
export interface Retry {
  /** In credits; `null` if the host does not bill. */
  readonly credits: number | null;
  /**
   * Retries at this price, and resolves with the id of the new generation. After a lost response, and within a second after any
   * other, the next call repeats the request, which takes effect once.
   */
  readonly retry: () => Promise<string>;
}

/** Retries a generation at the shown price: that of the original, until the server refuses it with another one. */
export function useRetry({ id, credits: oldCredits }: Generation): Retry {
  const [changed, setChanged] = useState<{ readonly id: string; readonly credits: number } | null>(null);
  const credits = changed?.id === id ? changed.credits : oldCredits;
  return {
    credits,
    async retry() {
      const idempotencyKey = repeatableKeys.get(id) ?? client.createId();
      repeatableKeys.set(id, idempotencyKey);
      try {
        const { generation } = await client.retry(id, { idempotencyKey, expectedCredits: credits ?? undefined });
        setTimeout(() => repeatableKeys.delete(id), doubleClickMs);
        return generation.id;
      } catch (error) {
        if (isRefusal(error)) repeatableKeys.delete(id);
        if (SafelightError.isInstance(error) && error.code === "price_changed" && error.credits !== null)
          setChanged({ id, credits: error.credits });
        throw error;
      }
    },
  };
}
