import type { Server } from "node:http";
import type { Socket } from "node:net";

/** Requests and bytes of a server so far. */
export interface Counts {
  readonly submits: number;
  /** Every other request: the cost of watching. */
  readonly watching: number;
  /** On its sockets, in both directions, with all headers. */
  readonly bytes: number;
}

/** Counts the requests and bytes of a server from now on. */
export function countsOf(server: Server): () => Counts {
  const open = new Set<Socket>();
  let submits = 0;
  let watching = 0;
  let closedBytes = 0;
  server.on("connection", (socket) => {
    open.add(socket);
    socket.once("close", () => {
      open.delete(socket);
      closedBytes += bytesOf(socket);
    });
  });
  server.on("request", ({ method }) => {
    if (method === "POST") submits += 1;
    else watching += 1;
  });
  return () => ({
    submits,
    watching,
    bytes: [...open].reduce((sum, socket) => sum + bytesOf(socket), closedBytes),
  });
}

function bytesOf({ bytesRead, bytesWritten }: Socket): number {
  return bytesRead + bytesWritten;
}
