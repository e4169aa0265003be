import { once } from "node:events";
import { createServer } from "node:net";
import { answering } from "../frame/answering.ts";

/** As long as what the hosts answer. */
const body = "x".repeat(600);
const answer = `HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** Answers to whatever comes without reading it, so that the load generator alone is measured. */
answering({
  async start(): Promise<number> {
    const server = createServer((socket) => {
      socket.on("data", () => socket.write(answer)).on("error", () => {});
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("The socket has no port.");
    return address.port;
  },
});
