/** The part of a connection of `pg` that a request to cancel its statement needs. */
export interface CancelableConnection {
  /** A host name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  /** Id of the server's process, or the one that a pooler chose for it. Absent behind some poolers. */
  readonly processID?: number | null;
  readonly secretKey?: number | null;
}

/** Max duration of the request. */
const maxCancelMs = 1_000;
/** From the protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html (CancelRequest). */
const cancelRequestCode = 80_877_102;

/**
 * Asks the server to cancel the statement that a connection runs. The connection must still be open: a pooler forwards the request to
 * the server of the connection.
 *
 * The request has a socket of its own, because a pool that is full would send it last. It is not encrypted, as the one of
 * libpq before version 17: a server that only accepts TLS may ignore it. Resolves without an error when it was sent, when it
 * failed, and after a second.
 */
export async function cancelStatement({ host, port, processID, secretKey }: CancelableConnection): Promise<void> {
  if (typeof processID !== "number" || typeof secretKey !== "number") return;
  const request = new DataView(new ArrayBuffer(16));
  const words = [16, cancelRequestCode, processID, secretKey];
  for (const [index, word] of words.entries()) request.setInt32(index * 4, word);
  const { connect } = await import("node:net");
  await new Promise<void>((resolve) => {
    const socket = connect(host.startsWith("/") ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
    const timeout = setTimeout(() => socket.destroy(), maxCancelMs);
    socket
      .on("error", () => {})
      .on("close", () => {
        clearTimeout(timeout);
        resolve();
      });
    // The server closes the connection once it has read the request.
    socket.on("end", () => socket.destroy());
    socket.write(new Uint8Array(request.buffer));
    socket.resume();
  });
}
