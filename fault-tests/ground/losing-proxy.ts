import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** The fate of one statement. A lost one breaks its connection. */
export type Fate = "respond" | "lose_request" | "lose_response";

/** A proxy in front of Postgres. */
export interface LosingProxy {
  readonly port: number;
  close(): Promise<void>;
}

/** First bytes of the messages that start a statement: Parse and Bind. */
const statementBytes = [0x50, 0x42];

/** Forwards to a port of loopback, and decides the fate of each statement. A lost response was computed and committed. */
export async function startLosingProxy(target: number, fateOf: () => Fate): Promise<LosingProxy> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", end);
      socket.on("close", () => {
        open.delete(socket);
        end();
      });
    }
    let isLosing = false;
    client.on("data", (chunk) => {
      const fate = statementBytes.includes(chunk[0] ?? 0) ? fateOf() : "respond";
      if (fate === "lose_request") return end();
      if (fate === "lose_response") isLosing = true;
      upstream.write(chunk);
    });
    // The response is there, so the statement has ended.
    upstream.on("data", (chunk) => (isLosing ? end() : client.write(chunk)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // The address of a TCP server is an object.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
