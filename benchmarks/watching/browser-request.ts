import { connect, type Socket } from "node:net";

/** The head of a stream request, as long as a browser's, which costs memory while the stream is open. */
function headOf(owner: string, after: number): string {
  return [
    `GET /api/generations/events?after=${after} HTTP/1.1`,
    "Host: app.example.com",
    "Connection: keep-alive",
    `Authorization: ${owner}`,
    "Accept: text/event-stream",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Accept-Language: en-GB,en-US;q=0.9,en;q=0.8",
    "Cache-Control: no-cache",
    `Cookie: session=${"0123456789abcdef".repeat(6)}`,
    "Referer: https://app.example.com/studio",
    "Sec-Fetch-Dest: empty",
    "Sec-Fetch-Mode: cors",
    "Sec-Fetch-Site: same-origin",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "",
    "",
  ].join("\r\n");
}

/** Requests the stream of an owner on a new connection. The caller reads from the socket. */
export function requestStream(options: {
  readonly port: number;
  readonly owner: string;
  readonly after: number;
}): Socket {
  const socket = connect(options.port, "127.0.0.1");
  socket.setEncoding("utf8");
  socket.write(headOf(options.owner, options.after));
  return socket;
}
