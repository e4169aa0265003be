import type { Clock } from "../../ports/clock.js";
import type { OwnerEvent } from "../../service/watch/owner-events.js";

/** A reader that takes nothing for so long is gone, whatever its connection says. */
const readerTimeoutMs = 60_000;

/** How an event stream is written. */
export interface EventStreamOptions {
  /** The event that was asked for already, so that a refusal could still be answered as one. */
  readonly first: OwnerEvent;
  readonly events: AsyncGenerator<OwnerEvent>;
  readonly clock: Clock;
  /** Told to the browser: how long to wait before it connects again, in milliseconds. */
  readonly retryMs: number;
  /** Aborted when the stream is to be over, such as by the request. */
  readonly signal: AbortSignal;
  /** Stops what makes the events; called when the stream is over for any reason. */
  readonly onEnd: () => void;
}

/**
 * Writes events as `text/event-stream`, each one when the reader has taken the one before: a slow reader costs one event
 * of memory, and gets the newest state once it reads on.
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
      controller.error(new Error("The reader takes nothing any more."));
    });
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // At once, and not when the events end: they may wait for a promise that never settles.
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
    // Not one event ahead of the reader: it would be old by the time it is read.
    { highWaterMark: 0 },
  );
}

/** `null` when the events have ended. */
async function nextText(events: AsyncGenerator<OwnerEvent>): Promise<string | null> {
  const { value, done } = await events.next();
  return done === true ? null : toText(value);
}

/** One event; JSON holds no line breaks. */
function toText(event: OwnerEvent): string {
  switch (event.type) {
    case "beat":
      return ":\n\n";
    case "hello":
    case "credits": {
      const { type, ...data } = event;
      return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    }
    case "generation": {
      const { type, generation } = event;
      return `event: ${type}\nid: ${generation.sequence}\ndata: ${JSON.stringify(generation)}\n\n`;
    }
    case "deleted":
    case "resync": {
      const { type, ...data } = event;
      return `event: ${type}\nid: ${event.sequence}\ndata: ${JSON.stringify(data)}\n\n`;
    }
  }
}
