import { once } from "node:events";
import { handleCommands } from "../frame/handle-commands.ts";
import { requestStream } from "./browser-request.ts";

/** A larger number overflows the system's queue of connections. */
const atOnce = 50;
let ended = 0;

handleCommands({
  /** Opens streams, and reads them until the process is killed. */
  async open({ port, count }: { readonly port: number; readonly count: number }): Promise<void> {
    let next = 0;
    const openNext = async (): Promise<void> => {
      for (let index = next++; index < count; index = next++) await openOne(port, index);
    };
    await Promise.all(Array.from({ length: atOnce }, openNext));
  },
  /** Returns the number of streams that ended. */
  ended: () => ended,
});

async function openOne(port: number, index: number): Promise<void> {
  const socket = requestStream({ port, owner: `watcher-${index}`, after: 0 });
  socket.on("close", () => {
    ended += 1;
  });
  for (let text = ""; !text.includes("data: "); ) {
    const [chunk] = await once(socket, "data");
    text += String(chunk);
  }
  socket.resume();
}
