import type { BalanceFrame, Changes, EventFrame, Generation } from "@safelight/client/contract";
import { changes as changesResponse, snapshot } from "./generations.js";

/** A response of `GET /events` that the test controls. */
export interface TestStream {
  readonly response: Response;
  /** Writes any frame. */
  frame(frame: EventFrame): void;
  /** Writes a first frame without changes: the page has reached this sequence. */
  begin(sequence: number, fields?: Parameters<typeof changesResponse>[0]): void;
  /** Writes a frame with one newer version of a generation. */
  generation(generation: Generation): void;
  /** Writes a frame with a snapshot that replaces everything. */
  snapshot(sequence: number, fields?: Parameters<typeof snapshot>[0]): void;
  balance(balance: number): void;
  /** Writes a heartbeat. */
  beat(): void;
  /** Writes any other text. */
  text(text: string): void;
  bytes(bytes: Uint8Array): void;
  /** Ends the stream, as the server does. */
  end(): void;
  /** Breaks the connection. */
  cut(): void;
  /** Whether the reader canceled the stream. */
  readonly isLeft: boolean;
}

/** Creates a stream without frames. */
export function testStream(): TestStream {
  const encoder = new TextEncoder();
  let out: ReadableStreamDefaultController<Uint8Array> | undefined;
  let isLeft = false;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      out = controller;
    },
    cancel: () => {
      isLeft = true;
    },
  });
  const bytes = (written: Uint8Array) => out?.enqueue(written);
  const text = (written: string) => bytes(encoder.encode(written));
  const frame = (written: EventFrame) => text(`data: ${JSON.stringify(written)}\n\n`);
  return {
    response: new Response(body, { headers: { "content-type": "text/event-stream" } }),
    frame,
    begin: (sequence, fields) => {
      text("retry: 1000\n");
      frame(changesResponse({ sequence, ...fields }));
    },
    generation: (generation) =>
      frame({ sequence: generation.sequence, changed: [generation], deleted: [] } satisfies Changes),
    snapshot: (sequence, fields) => frame(snapshot({ sequence, ...fields })),
    balance: (balance) => frame({ balance } satisfies BalanceFrame),
    beat: () => text(":\n\n"),
    text,
    bytes,
    end: () => out?.close(),
    cut: () => out?.error(new TypeError("cut")),
    get isLeft() {
      return isLeft;
    },
  };
}
