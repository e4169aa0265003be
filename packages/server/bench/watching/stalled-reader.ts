import { once } from "node:events";
import type { Socket } from "node:net";
import type { Generation } from "@safelight/client/contract";
import { askForStream } from "./browser-request.js";

/** Somebody who asks for a stream, reads its first event, and then reads nothing for a long time. */
export class StalledReader {
  /** The newest version that was told of each generation. */
  readonly versions = new Map<string, number>();
  /** How often it was told to read everything again. */
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

  /** Asks, and stops reading. */
  async stall(): Promise<void> {
    const socket = askForStream({ port: this.#port, owner: this.#owner, after: this.#sequence });
    this.#socket = socket;
    socket.on("error", () => undefined);
    const [piece] = await once(socket, "data");
    socket.pause();
    this.#take(String(piece));
  }

  /** Reads what is there to the end of the connection, which the server has let go of. */
  async readOn(): Promise<void> {
    const socket = this.#socket;
    if (socket === null || socket.destroyed) return;
    socket.on("data", (piece) => this.#take(String(piece)));
    const closed = once(socket, "close");
    socket.resume();
    await closed;
    // Half an event is none.
    this.#text = "";
  }

  /** Asks again from where it was, and reads until it has come to a sequence. */
  async comeBack(sequence: number): Promise<void> {
    const socket = askForStream({ port: this.#port, owner: this.#owner, after: this.#sequence });
    while (this.#sequence < sequence) {
      const [piece] = await once(socket, "data");
      this.#take(String(piece));
    }
    socket.destroy();
  }

  close(): void {
    this.#socket?.destroy();
  }

  #take(piece: string): void {
    const events = (this.#text + piece).split("\n\n");
    this.#text = events.pop() ?? "";
    for (const event of events) {
      if (event.includes("event: resync")) this.resyncs += 1;
      // A chunk's length stands between two events.
      const data = /event: generation\nid: \d+\n(?:data: )(.*)$/s.exec(event.replaceAll(/\r\n[0-9a-f]+\r\n/g, ""))?.[1];
      if (data === undefined) continue;
      // What the contract says of this event.
      const { id, version, sequence } = JSON.parse(data) as Generation;
      this.versions.set(id, version);
      this.#sequence = sequence;
    }
  }
}
