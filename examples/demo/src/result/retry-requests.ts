import { isRefusal } from "@safelight/client";
import type { GenerationInput } from "../models/generation-input.ts";

/** Fields that replace those of the original input. */
export type InputChange = Partial<Omit<GenerationInput, "prompt" | "image">>;

/** A request for a retry. A repeat with the same key needs the same input. */
export interface RetryRequest {
  readonly idempotencyKey: string;
  readonly input: InputChange;
}

/** The requests without a response, by the original generation and the button. */
const unconfirmed = new Map<string, RetryRequest>();

/**
 * Sends the request of a button. After a lost response, the next call for the button repeats the request, with the seed of
 * the first, so that it takes effect once.
 */
export async function sendRetry<Response>(options: {
  /** Id of the original generation. */
  readonly id: string;
  readonly change: InputChange;
  readonly createId: () => string;
  readonly send: (request: RetryRequest) => Promise<Response>;
}): Promise<Response> {
  const { change, createId, id, send } = options;
  const { seed: _, ...button } = change;
  const name = JSON.stringify([id, button]);
  const request = unconfirmed.get(name) ?? { idempotencyKey: createId(), input: change };
  unconfirmed.set(name, request);
  try {
    const response = await send(request);
    unconfirmed.delete(name);
    return response;
  } catch (error) {
    if (isRefusal(error)) unconfirmed.delete(name);
    throw error;
  }
}
