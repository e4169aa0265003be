import { once } from "node:events";
import { connect } from "node:net";
import { handleCommands } from "../frame/handle-commands.ts";

/** A larger number overflows the system's queue of connections. */
const atOnce = 50;
let ended = 0;

handleCommands({
  /** Requests the active generations repeatedly. */
  async visit({ count, port }: { readonly port: number; readonly count: number }): Promise<void> {
    const url = `http://127.0.0.1:${port}/api/generations/active`;
    for (let visits = 0; visits < count; visits += 1) {
      const response = await fetch(url, { headers: { authorization: "visitor" } });
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`A visit got status ${response.status}.`);
    }
  },
  /** Opens streams, each for another owner, and keeps reading them. */
  async open({ count, port }: { readonly port: number; readonly count: number }): Promise<void> {
    let next = 0;
    const openAll = async (): Promise<void> => {
      for (let index = next++; index < count; index = next++) await openOne(port, index);
    };
    await Promise.all(Array.from({ length: atOnce }, openAll));
  },
  ended: () => ended,
});

async function openOne(port: number, index: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.setEncoding("utf8");
  socket.on("close", () => {
    ended += 1;
  });
  socket.write(headOf(index));
  for (let text = ""; !text.includes("data: "); ) {
    const [piece] = await once(socket, "data");
    text += String(piece);
  }
  socket.resume();
}

/** As long as a browser's request head, which costs memory while the stream is open. */
function headOf(index: number): string {
  return [
    "GET /api/generations/events?after=0 HTTP/1.1",
    "Host: app.example.com",
    "Connection: keep-alive",
    `Authorization: watcher-${index}`,
    "Accept: text/event-stream",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Accept-Language: en-GB,en-US;q=0.9,en;q=0.8",
    "Cache-Control: no-cache",
    `Cookie: session=${"0123456789abcdef".repeat(6)}`,
    "Referer: https://app.example.com/studio",
    "Sec-Fetch-Dest: empty",
    "Sec-Fetch-Mode: cors",
    "Sec-Fetch-HostScript: same-origin",
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "",
    "",
  ].join("\r\n");
}
