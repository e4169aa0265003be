import type { Clock } from "../../ports/clock.js";
import { errorLine } from "../../ports/error-text.js";
import type { Logger } from "../../ports/logger.js";
import type { OwnerEvent, OwnerEvents } from "../../service/read/owner-events.js";
import type { CutBody } from "../request/node-response.js";
import type { UnreadResponse, UnreadResponses } from "../request/unread-responses.js";

/** A stream whose reader consumes nothing for this long is closed, even if its connection looks open. */
const readerTimeoutMs = 60_000;

/** Options of an event stream. */
export interface EventStreamOptions {
  /** The first event, already read: a refusal must be a problem response, not a stream. */
  readonly first: OwnerEvent;
  readonly events: Pick<OwnerEvents, "next">;
  readonly clock: Clock;
  /** The `retry` field: how long a browser waits before it reconnects, in milliseconds. */
  readonly retryMs: number;
  /** Its abort ends the stream, for example when the request is aborted. */
  readonly signal: AbortSignal;
  /** Called when the stream ends for any reason, to stop the source of the events. */
  readonly onEnd: () => void;
  /** Counts each event until the reader has consumed it. */
  readonly unread: UnreadResponses;
  readonly cut: CutBody;
  readonly logger: Logger;
}

/**
 * Writes events as `text/event-stream`, each one when the reader has consumed the previous one. A slow reader buffers one
 * event only, and gets the newest state when it continues.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function eventStream(options: EventStreamOptions): ReadableStream<Uint8Array> {
  const { events, clock, signal, onEnd, unread, cut, logger } = options;
  let cancelTimer = (): void => {};
  let event: UnreadResponse | null = null;
  let isOver = false;
  const consume = (): void => {
    cancelTimer();
    event?.end();
  };
  const end = (): void => {
    isOver = true;
    consume();
    onEnd();
  };
  const awaitReader = (controller: ReadableStreamDefaultController<Uint8Array>, { byteLength }: Uint8Array): void => {
    const close = (): void => {
      end();
      cut(controller, new Error("The reader of the event stream has stalled."));
    };
    event = unread.add({ size: byteLength, close });
    cancelTimer = clock.setTimer(readerTimeoutMs, close);
  };
  let head: Uint8Array | null = encode(`retry: ${options.retryMs}\n${toText(options.first)}`);
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // Closes at once: the generator may be awaiting a promise that never settles.
        const close = (): void => {
          if (isOver) return;
          end();
          controller.close();
        };
        signal.addEventListener("abort", close);
        if (signal.aborted) close();
        else if (head !== null) awaitReader(controller, head);
      },
      async pull(controller) {
        consume();
        try {
          // The adapter of Hono for Node buffers further chunks if the first one is available at once.
          if (head !== null) await new Promise((resolve) => setTimeout(resolve));
          const chunk = head ?? (await nextChunk(events));
          head = null;
          if (isOver) return;
          if (chunk === null) {
            end();
            controller.close();
            return;
          }
          awaitReader(controller, chunk);
          controller.enqueue(chunk);
        } catch (error) {
          end();
          logger.warn("An event stream failed.", { event: "stream.failed", error: errorLine(error) });
          cut(controller, new Error("The event stream failed.", { cause: error }));
        }
      },
      cancel: end,
    },
    // No read-ahead: a buffered event would be outdated when it is read.
    { highWaterMark: 0 },
  );
}

/** `null` when the events have ended. */
async function nextChunk(events: Pick<OwnerEvents, "next">): Promise<Uint8Array | null> {
  const event = await events.next();
  return event === null ? null : encode(toText(event));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Formats one event. JSON has no line breaks. */
function toText(event: OwnerEvent): string {
  return event === "heartbeat" ? ":\n\n" : `data: ${JSON.stringify(event)}\n\n`;
}
