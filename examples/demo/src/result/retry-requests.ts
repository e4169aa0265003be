import { isRefusal } from "@safelight/client";
import type { GenerationInput } from "../models/generation-input.ts";

/** Fields that replace those of the original input. */
export type InputChange = Partial<Omit<GenerationInput, "prompt" | "image">>;

/** A request for a retry. A repeat with the same key needs the same input. */
export interface RetryRequest {
  readonly idempotencyKey: string;
  readonly input: InputChange;
}

/** The requests without a response, by the old generation and the button. */
const unanswered = new Map<string, RetryRequest>();

/**
 * Sends the request of a button. After a lost response, the next call for the button repeats the request, with the seed of
 * the first, so that it takes effect once.
 */
export async function sendRetry<Response>(options: {
  /** Id of the old generation. */
  readonly id: string;
  readonly change: InputChange;
  readonly createId: () => string;
  readonly send: (request: RetryRequest) => Promise<Response>;
}): Promise<Response> {
  const { change, createId, id, send } = options;
  const { seed: _, ...button } = change;
  const name = JSON.stringify([id, button]);
  const request = unanswered.get(name) ?? { idempotencyKey: createId(), input: change };
  unanswered.set(name, request);
  try {
    const response = await send(request);
    unanswered.delete(name);
    return response;
  } catch (error) {
    if (isRefusal(error)) unanswered.delete(name);
    throw error;
  }
}
