import { once } from "node:events";
import type { Socket } from "node:net";
import type { EventFrame } from "@safelight/client/contract";
import { requestStream } from "./browser-request.ts";

/** A client that requests a stream, reads its first event, and then stops reading. */
export class StalledReader {
  /** Newest received version of each generation. */
  readonly versions = new Map<string, number>();
  /** Number of received frames with `resync`. */
  resyncs = 0;
  readonly #port: number;
  readonly #owner: string;
  #socket: Socket | null = null;
  #sequence = 0;
  #text = "";

  constructor(port: number, owner: string) {
    this.#port = port;
    this.#owner = owner;
  }

  /** Requests the stream and stops reading. */
  async stall(): Promise<void> {
    const socket = requestStream({ port: this.#port, owner: this.#owner, after: this.#sequence });
    this.#socket = socket;
    socket.on("error", () => undefined);
    const [chunk] = await once(socket, "data");
    socket.pause();
    this.#receive(String(chunk));
  }

  /** Reads the buffered events to the end of the connection, which the server has closed. */
  async readToEnd(): Promise<void> {
    const socket = this.#socket;
    if (socket === null || socket.destroyed) return;
    socket.on("data", (chunk) => this.#receive(String(chunk)));
    const closed = once(socket, "close");
    socket.resume();
    await closed;
    // Discards an incomplete event.
    this.#text = "";
  }

  /** Resumes from the last sequence and reads up to the given one. */
  async resume(sequence: number): Promise<void> {
    const socket = requestStream({ port: this.#port, owner: this.#owner, after: this.#sequence });
    while (this.#sequence < sequence) {
      const [chunk] = await once(socket, "data");
      this.#receive(String(chunk));
    }
    socket.destroy();
  }

  close(): void {
    this.#socket?.destroy();
  }

  #receive(chunk: string): void {
    const events = (this.#text + chunk).split("\n\n");
    this.#text = events.pop() ?? "";
    for (const event of events) {
      // The length of a chunk may be between two events.
      const data = /^data: (.*)$/m.exec(event.replaceAll(/\r\n[0-9a-f]+\r\n/g, ""))?.[1];
      if (data === undefined) continue;
      // The contract defines this frame.
      const frame = JSON.parse(data) as EventFrame;
      if ("balance" in frame) continue;
      if ("resync" in frame && frame.resync) this.resyncs += 1;
      for (const { id, version } of frame.changed) this.versions.set(id, version);
      this.#sequence = frame.sequence;
    }
  }
}
