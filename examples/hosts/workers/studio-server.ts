import { text } from "node:stream/consumers";
import { type LocalServer, startServer } from "./start-server.ts";

/** A slow renderer that counts the paid requests. */
export interface StudioServer extends LocalServer {
  /** Number of renders per prompt. */
  readonly renders: ReadonlyMap<string, number>;
}

const renderMs = 3_000;
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

export async function startStudioServer(): Promise<StudioServer> {
  const renders = new Map<string, number>();
  const server = await startServer(async (request, response) => {
    const { prompt }: { readonly prompt: string } = JSON.parse(await text(request));
    renders.set(prompt, (renders.get(prompt) ?? 0) + 1);
    setTimeout(() => response.writeHead(200, { "content-type": "image/png" }).end(png), renderMs);
  });
  return { ...server, renders };
}
