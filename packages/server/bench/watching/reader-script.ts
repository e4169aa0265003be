import { once } from "node:events";
import { askForStream } from "./browser-request.js";

/** Opens as many streams as its second argument says, on the port of its first, and reads them until it is ended. */
const [, , port = "", count = ""] = process.argv;
/** More at once, and the system's queue of connections overflows. */
const atOnce = 50;

let next = 0;
let ended = 0;
const openOne = async (): Promise<void> => {
  for (let index = next++; index < Number(count); index = next++) {
    const socket = askForStream({ port: Number(port), owner: `watcher-${index}`, after: 0 });
    socket.on("close", () => {
      ended += 1;
    });
    for (let text = ""; !text.includes("event: hello"); ) {
      const [piece] = await once(socket, "data");
      text += String(piece);
    }
    socket.resume();
  }
};
await Promise.all(Array.from({ length: atOnce }, openOne));
process.send?.("open");
process.on("message", () => process.send?.(ended));
process.on("disconnect", () => process.exit());
