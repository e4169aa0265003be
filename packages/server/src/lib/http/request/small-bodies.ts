import type { Context } from "hono";
import type { Clock } from "../../ports/clock.js";
import { createBodySlots } from "./body-slots.js";
import { type BodyLimits, contentLengthOf, readBody } from "./read-body.js";
import type { RouterEnv } from "./router-context.js";

/** Time limit of one body, in milliseconds. */
const maxBodyMs = 30_000;
/** Max bytes of all bodies in progress on one process, unless twice the max size of one body is more. */
const defaultMaxBytes = 67_108_864;
const overheadBytes = 16_384;

/** The JSON bodies and webhooks in progress on one process. */
export interface SmallBodies {
  /**
   * Reads one body within the memory that its owner and the process may use for bodies.
   *
   * @throws {ServiceError} the errors of `readBody`
   */
  read(
    c: Context<RouterEnv>,
    body: Pick<BodyLimits, "acceptsText" | "maxBytes"> & { readonly ownerId: string },
  ): Promise<Uint8Array>;
}

/** @param options.maxBodyBytes max size of one body, in bytes. */
export function createSmallBodies({
  clock,
  maxBodyBytes,
  random,
}: {
  readonly clock: Clock;
  readonly maxBodyBytes: number;
  readonly random: () => number;
}): SmallBodies {
  const maxBytes = Math.max(defaultMaxBytes, 2 * maxBodyBytes);
  const slots = createBodySlots({
    clock,
    random,
    noun: "requests",
    maxBytes,
    maxBodyBytes,
    overheadBytes,
    expireMs: maxBodyMs,
  });
  return {
    async read(c, { acceptsText, ownerId, maxBytes: maxOwnBytes }) {
      const declaredBytes = Math.min(contentLengthOf(c) ?? maxOwnBytes, maxOwnBytes);
      const slot = slots.acquire({ ownerId, declaredBytes });
      try {
        return await readBody(c, { acceptsText, maxBytes: maxOwnBytes, maxMs: maxBodyMs, clock, slot });
      } finally {
        slot.release();
      }
    },
  };
}
