import type { Generation } from "@safelight/client/contract";

/** A response of `GET /events` that the test controls. */
export interface TestStream {
  readonly response: Response;
  hello(sequence: number, ownerTag?: string): void;
  generation(generation: Generation): void;
  /** Writes any other text. */
  text(text: string): void;
  /** Ends the stream, as the server does. */
  end(): void;
  /** Breaks the connection. */
  cut(): void;
  /** Whether the reader canceled the stream. */
  readonly isLeft: boolean;
}

/** Creates a stream without events. */
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
  const text = (written: string) => out?.enqueue(encoder.encode(written));
  return {
    response: new Response(body, { headers: { "content-type": "text/event-stream" } }),
    hello: (sequence, ownerTag = "owner-a") =>
      text(`retry: 1000\nevent: hello\ndata: ${JSON.stringify({ ownerTag, sequence, serverTime: "" })}\n\n`),
    generation: (generation) =>
      text(`event: generation\nid: ${generation.sequence}\ndata: ${JSON.stringify(generation)}\n\n`),
    text,
    end: () => out?.close(),
    cut: () => out?.error(new TypeError("cut")),
    get isLeft() {
      return isLeft;
    },
  };
}
