import type { Generation } from "@safelight/client/contract";

/** One server-sent event, as a browser parses it. */
interface Message {
  readonly event: string;
  readonly id: string | null;
  readonly data: unknown;
}

/** Reads an event stream one event at a time. */
export class EventListener {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(response: Response) {
    this.response = response;
    if (response.body === null) throw new Error("The response has no body.");
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next event except `credits` events; `null` at the end of the stream, `"beat"` for a heartbeat comment. */
  async next(): Promise<Message | "beat" | null> {
    for (;;) {
      const message = await this.#read();
      if (message === null || message === "beat" || message.event !== "credits") return message;
    }
  }

  /** The data of the next `credits` event. */
  async credits(): Promise<unknown> {
    for (;;) {
      const message = await this.#read();
      if (message === null) throw new Error("The stream has ended.");
      if (message !== "beat" && message.event === "credits") return message.data;
    }
  }

  async #read(): Promise<Message | "beat" | null> {
    while (!this.#text.includes("\n\n")) {
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += value;
    }
    const end = this.#text.indexOf("\n\n");
    const lines = this.#text.slice(0, end).split("\n");
    this.#text = this.#text.slice(end + 2);
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    const event = field("event");
    if (event === undefined) return "beat";
    return { event, id: field("id") ?? null, data: JSON.parse(field("data") ?? "null") };
  }

  async generation(): Promise<Generation> {
    const message = await this.next();
    if (message === null || message === "beat" || message.event !== "generation") {
      throw new Error(`Expected a generation event, got ${JSON.stringify(message)}`);
    }
    // The server's wire tests check this shape.
    return message.data as Generation;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}
