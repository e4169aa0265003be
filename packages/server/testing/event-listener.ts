import type { ActiveChangesResponse, BalanceFrame, Changes, EventFrame, Generation } from "@safelight/client/contract";

/** Reads an event stream one event at a time. */
export class EventListener {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #generations: Generation[] = [];
  #text = "";

  constructor(response: Response) {
    this.response = response;
    if (response.body === null) throw new Error("The response has no body.");
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next frame except balances; `null` at the end of the stream, `"heartbeat"` for a comment. */
  async next(): Promise<ActiveChangesResponse | Changes | "heartbeat" | null> {
    for (;;) {
      const frame = await this.#read();
      if (frame === null || frame === "heartbeat" || !("balance" in frame)) return frame;
    }
  }

  /** The next frame after heartbeats, which must have a snapshot, as the first frame of each stream has. */
  async snapshot(): Promise<ActiveChangesResponse> {
    let frame = await this.next();
    while (frame === "heartbeat") frame = await this.next();
    if (frame !== null && "generations" in frame) return frame;
    throw new Error(`Expected a frame with a snapshot, got ${JSON.stringify(frame)}`);
  }

  /** The next changed generation: a frame may have several. */
  async generation(): Promise<Generation> {
    if (this.#generations.length === 0) {
      const frame = await this.next();
      if (frame !== null && frame !== "heartbeat") this.#generations = [...frame.changed];
      if (this.#generations.length === 0) throw new Error(`Expected a change, got ${JSON.stringify(frame)}`);
    }
    // The list is not empty.
    return this.#generations.shift() as Generation;
  }

  /** The next balance frame. */
  async credits(): Promise<BalanceFrame> {
    for (;;) {
      const frame = await this.#read();
      if (frame === null) throw new Error("The stream has ended.");
      if (frame !== "heartbeat" && "balance" in frame) return frame;
    }
  }

  async #read(): Promise<EventFrame | "heartbeat" | null> {
    while (!this.#text.includes("\n\n")) {
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += value;
    }
    const end = this.#text.indexOf("\n\n");
    const event = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 2);
    if (event === ":") return "heartbeat";
    const [, data] = /^(?:retry: \d+\n)?data: (.*)$/.exec(event) ?? [];
    if (data === undefined) throw new Error(`Not an event of this stream: ${event}`);
    // The server's wire tests check this shape.
    return JSON.parse(data) as EventFrame;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}
