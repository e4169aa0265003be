import { once } from "node:events";
import { requestStream } from "./browser-request.js";

/** Opens streams on the port of its first argument, as many as the second one, and reads them until it is killed. */
const [, , port = "", count = ""] = process.argv;
/** A larger number overflows the system's queue of connections. */
const atOnce = 50;

let next = 0;
let ended = 0;
const openOne = async (): Promise<void> => {
  for (let index = next++; index < Number(count); index = next++) {
    const socket = requestStream({ port: Number(port), owner: `watcher-${index}`, after: 0 });
    socket.on("close", () => {
      ended += 1;
    });
    for (let text = ""; !text.includes("event: hello"); ) {
      const [chunk] = await once(socket, "data");
      text += String(chunk);
    }
    socket.resume();
  }
};
await Promise.all(Array.from({ length: atOnce }, openOne));
process.send?.("open");
process.on("message", () => process.send?.(ended));
process.on("disconnect", () => process.exit());
