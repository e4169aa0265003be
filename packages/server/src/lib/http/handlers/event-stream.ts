import type { Clock } from "../../ports/clock.js";
import type { OwnerEvent, OwnerEvents } from "../../service/read/owner-events.js";

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
}

/**
 * Writes events as `text/event-stream`, each one when the reader has consumed the previous one. A slow reader buffers one
 * event only, and gets the newest state when it continues.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function eventStream({
  first,
  events,
  clock,
  retryMs,
  signal,
  onEnd,
}: EventStreamOptions): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let cancelTimer = (): void => {};
  let head: OwnerEvent | null = first;
  let isOver = false;
  const end = (): void => {
    isOver = true;
    cancelTimer();
    onEnd();
  };
  const awaitReader = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    cancelTimer = clock.setTimer(readerTimeoutMs, () => {
      end();
      controller.error(new Error("The reader of the event stream has stalled."));
    });
  };
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
        else awaitReader(controller);
      },
      async pull(controller) {
        cancelTimer();
        try {
          // The adapter of Hono for Node buffers further chunks if the first one is available at once.
          if (head !== null) await new Promise((resolve) => setTimeout(resolve));
          const text = head === null ? await nextText(events) : `retry: ${retryMs}\n${toText(head)}`;
          head = null;
          if (isOver) return;
          if (text === null) {
            end();
            controller.close();
            return;
          }
          controller.enqueue(encoder.encode(text));
          awaitReader(controller);
        } catch (error) {
          end();
          controller.error(error);
        }
      },
      cancel: end,
    },
    // No read-ahead: a buffered event would be outdated when it is read.
    { highWaterMark: 0 },
  );
}

/** `null` when the events have ended. */
async function nextText(events: Pick<OwnerEvents, "next">): Promise<string | null> {
  const event = await events.next();
  return event === null ? null : toText(event);
}

/** Formats one event. JSON has no line breaks. */
function toText(event: OwnerEvent): string {
  return event === "heartbeat" ? ":\n\n" : `data: ${JSON.stringify(event)}\n\n`;
}
