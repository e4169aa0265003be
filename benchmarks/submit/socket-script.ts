import { once } from "node:events";
import { createServer } from "node:net";
import { handleCommands } from "../frame/handle-commands.ts";

/** As long as the responses of the hosts. */
const body = "x".repeat(600);
const response = `HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** Responds to each chunk without parsing it, so that only the load generator is measured. */
handleCommands({
  async start(): Promise<number> {
    const server = createServer((socket) => {
      socket.on("data", () => socket.write(response)).on("error", () => {});
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("The socket has no port.");
    return address.port;
  },
});
