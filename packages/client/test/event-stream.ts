import type { Generation } from "@safelight/client/contract";

/** An answer of `GET /events` in the hands of a test. */
export interface TestStream {
  readonly response: Response;
  hello(sequence: number, ownerTag?: string): void;
  generation(generation: Generation): void;
  /** Anything else, as it is written. */
  text(text: string): void;
  /** The server ends it. */
  end(): void;
  /** The connection breaks. */
  cut(): void;
  /** Whether nobody reads it any more. */
  readonly isLeft: boolean;
}

/** Makes a stream that tells nothing by itself. */
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
