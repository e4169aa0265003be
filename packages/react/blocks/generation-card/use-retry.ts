import { isRefusal, SafelightError } from "@safelight/client";
import type { Generation } from "@safelight/client/contract";
import { useState } from "react";
import { client } from "../hooks";

/** Idempotency keys of retries without a response, by the id of the retried generation. They outlive the mounted block. */
const unconfirmedKeys = new Map<string, string>();

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

/** Retries a generation at the shown price: that of the original, until the server refuses it with another one. */
export function useRetry({ id, credits: oldCredits }: Generation): Retry {
  const [changed, setChanged] = useState<{ readonly id: string; readonly credits: number } | null>(null);
  const credits = changed?.id === id ? changed.credits : oldCredits;
  return {
    credits,
    async retry() {
      const idempotencyKey = unconfirmedKeys.get(id) ?? client.createId();
      unconfirmedKeys.set(id, idempotencyKey);
      try {
        const { generation } = await client.retry(id, { idempotencyKey, expectedCredits: credits ?? undefined });
        unconfirmedKeys.delete(id);
        return generation.id;
      } catch (error) {
        if (isRefusal(error)) unconfirmedKeys.delete(id);
        if (SafelightError.isInstance(error) && error.code === "price_changed" && error.credits !== null)
          setChanged({ id, credits: error.credits });
        throw error;
      }
    },
  };
}
