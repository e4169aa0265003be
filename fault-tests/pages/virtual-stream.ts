import type { EventFrame } from "@safelight/client/contract";
import type { Clock } from "../../packages/server/src/lib/ports/clock.js";
import type { Connection, HeldResponse } from "./connection.js";
import type { ServedSnapshot } from "./snapshot.js";
import { changesOf, changesResponseOf } from "./wire-responses.js";

/** Options of a stream. */
export interface StreamOptions {
  readonly clock: Clock;
  readonly connection: Connection;
  /** The snapshot of the first frame. */
  readonly first: ServedSnapshot;
  /** The sequence of the request; `null` if it cannot be continued. */
  readonly after: number | null;
  readonly lagMs: number;
  /** Whether a proxy buffers the stream until it ends. */
  readonly isCollected: boolean;
  /** Reads the database as the replica of this stream has it. */
  readonly read: () => ServedSnapshot;
  /** Whether the caller of the request may still read. */
  readonly isSignedIn: () => boolean;
  readonly onEnd: (stream: HeldResponse) => void;
}

const beatMs = 8_000;
/** Heartbeats between two re-authentications. */
const beatsPerCheck = 5;

/** Responds with an event stream, which ends when it is cut or when its caller has signed out. */
export function openStream(options: StreamOptions): HeldResponse {
  const { clock, connection, first, after, lagMs, isCollected, read, isSignedIn, onEnd } = options;
  const output = streamBody(connection, { isMute: isCollected, onCancel: () => end() });
  let position = first;
  let beats = 0;
  let cancel = (): void => {};
  const send = (frame: EventFrame): void => output.write(`data: ${JSON.stringify(frame)}\n\n`);
  const sendBalance = (): void => send({ balance: position.balance });
  const end = (): void => {
    cancel();
    onEnd(stream);
  };
  const beat = (): void => {
    beats += 1;
    if (beats % beatsPerCheck === 0 && !isSignedIn()) {
      end();
      output.close();
      return;
    }
    output.write(":\n\n");
    cancel = clock.setTimer(beatMs, beat);
  };
  const stream: HeldResponse = {
    lagMs,
    notify: () => {
      const before = position;
      const next = read();
      if (next.timeline !== before.timeline || before.sequence < next.logStart) {
        send(changesResponseOf(next, null));
      } else if (next.sequence > before.sequence) send(changesOf(next, before.sequence));
      else return;
      position = next;
      if (next.balance !== before.balance) sendBalance();
    },
    cut: () => {
      end();
      output.error();
    },
    mute: output.mute,
  };
  connection.gone.addEventListener("abort", stream.cut);
  output.write("retry: 1000\n");
  send(changesResponseOf(first, after));
  sendBalance();
  cancel = clock.setTimer(beatMs, beat);
  connection.deliver(new Response(output.body, { headers: { "content-type": "text/event-stream" } }));
  return stream;
}

/** A body whose bytes reach the page when its event loop runs. */
function streamBody(connection: Connection, options: { readonly isMute: boolean; readonly onCancel: () => void }) {
  const encoder = new TextEncoder();
  let { isMute } = options;
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  const body = new ReadableStream<Uint8Array>({
    start: (its) => {
      controller = its;
    },
    cancel: options.onCancel,
  });
  const act = (work: (its: ReadableStreamDefaultController<Uint8Array>) => void): void => {
    const its = controller;
    connection.run(() => {
      try {
        if (its !== null) work(its);
      } catch {
        // The client has canceled the stream, or it was closed before.
      }
    });
  };
  return {
    body,
    write: (text: string): void => {
      if (!isMute) act((its) => its.enqueue(encoder.encode(text)));
    },
    close: (): void => act((its) => its.close()),
    error: (): void => act((its) => its.error(new TypeError("cut"))),
    mute: (): void => {
      isMute = true;
    },
  };
}
