import type { Dispatcher } from "../ports/dispatcher.js";

/** The part of a Cloudflare Queue's producer binding that the dispatcher uses. */
export interface CloudflareQueue {
  send(message: { readonly generationId: string }, options: { readonly delaySeconds: number }): Promise<unknown>;
}

/** Options of {@link cloudflareQueueDispatcher}. */
export interface CloudflareQueueDispatcherOptions {
  /** The producer binding, such as `env.SAFELIGHT_QUEUE`. */
  readonly queue: CloudflareQueue;
}

/** The platform's limit, in milliseconds: 24 hours. */
const maxDelayMs = 86_400_000;

/**
 * Delivers generations through a Cloudflare Queue. Needs a `queue` handler that calls `worker.advance`, and a cron trigger
 * for `worker.sweep`. Delays are whole seconds, up to 24 hours.
 *
 * @example
 * ```ts
 * import { env } from "cloudflare:workers";
 * const safelight = createSafelight({ dispatcher: cloudflareQueueDispatcher({ queue: env.SAFELIGHT_QUEUE }), … });
 * export default {
 *   fetch: (request, env, ctx) => safelight.handler(request, ctx),
 *   queue: async ({ messages }) => {
 *     await Promise.all(messages.map(({ body }) => safelight.worker.advance(body.generationId)));
 *   },
 *   scheduled: (event, env, ctx) => ctx.waitUntil(safelight.worker.sweep()),
 * };
 * ```
 */
export function cloudflareQueueDispatcher({ queue }: CloudflareQueueDispatcherOptions): Dispatcher {
  return {
    minDelayMs: 1_000,
    maxDelayMs,
    enqueue: async ({ generationId, dueInMs }) => {
      // Work of no generation is left to the sweep.
      if (generationId === null) return;
      await queue.send({ generationId }, { delaySeconds: Math.ceil(dueInMs / 1_000) });
    },
  };
}
