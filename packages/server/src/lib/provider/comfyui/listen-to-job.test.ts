import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { comfyui } from "./comfyui.js";
import { promptIdOf } from "./prompt-id.js";

const workflow = {
  "3": { class_type: "KSampler", inputs: { text: "{{prompt}}" } },
  "8": { class_type: "VAEDecode", inputs: {} },
  "9": { class_type: "SaveImage", inputs: {} },
} as const;
const operation = { id: "p1" };
const context = { input: { prompt: "a lake" }, token: "token-1", signal: new AbortController().signal };
const stateOf = (prompt_id: string, value: number) => ({
  type: "progress_state",
  data: {
    prompt_id,
    nodes: { "3": { value, max: 20, state: "running" }, "77": { value: 1, max: 1, state: "finished" } },
  },
});
const preview = Uint8Array.from([0, 0, 0, 1, 0, 0, 0, 2, ...tinyPng()]);

describe("a poll of a running job", () => {
  let close = async (): Promise<void> => {};
  afterEach(() => close());

  /** A server with a running job that sends these frames to each WebSocket. */
  async function listening(
    frames: readonly (object | Uint8Array | string)[],
    options: { readonly refuses?: boolean } = {},
  ) {
    const requested: { readonly url: string; readonly key: string | undefined }[] = [];
    const server = createServer((_, outgoing) => {
      outgoing.setHeader("content-type", "application/json").end(JSON.stringify({ status: "in_progress" }));
    });
    const sockets = new Set<Duplex>();
    server.on("upgrade", (incoming, socket: Duplex) => {
      requested.push({ url: String(incoming.url), key: incoming.headers.authorization });
      sockets.add(socket.on("error", () => {}));
      if (options.refuses) return socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      const key = `${incoming.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash("sha1").update(key).digest("base64");
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
      );
      for (const frame of frames) socket.write(toFrame(frame));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    close = async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    };
    // The server listens on a port.
    const { port } = server.address() as AddressInfo;
    return { requested, baseUrl: `http://127.0.0.1:${port}` };
  }

  it("reports progress weighted towards samplers, and ignores unknown nodes", async () => {
    const { requested, baseUrl } = await listening([
      { type: "status", data: {} },
      "no JSON",
      stateOf("other", 19),
      stateOf("p1", 5),
    ]);
    const provider = comfyui(workflow, { baseUrl, apiKey: "the-key", listenMs: 30_000 });
    expect(provider.capabilities).toMatchObject({ progress: true, previews: false });
    expect(await provider.poll?.(operation, context)).toEqual({ type: "running", progress: 2.5 / 12 });
    expect(requested).toEqual([{ url: `/ws?clientId=${await promptIdOf("token-1")}`, key: "Bearer the-key" }]);
  });

  it("reports a preview if enabled, and ignores other binary frames", async () => {
    const others = [
      Uint8Array.of(0, 0, 0, 3, 0, 0, 0, 1, 65),
      Uint8Array.of(1),
      Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 9, 65),
    ];
    const { baseUrl } = await listening([stateOf("p1", 10), ...others, preview]);
    const provider = comfyui(workflow, { baseUrl, previews: true, listenMs: 30_000 });
    expect(provider.capabilities.previews).toBe(true);
    expect(await provider.poll?.(operation, context)).toEqual({
      type: "running",
      progress: 5 / 12,
      preview: { bytes: tinyPng(), contentType: "image/png" },
    });
  });

  it("returns after listenMs, and at once if the socket is refused", async () => {
    const silent = await listening([]);
    expect(await comfyui(workflow, { baseUrl: silent.baseUrl, listenMs: 20 }).poll?.(operation, context)).toEqual({
      type: "running",
      progress: null,
    });
    await close();
    const refusing = await listening([], { refuses: true });
    expect(await comfyui(workflow, { baseUrl: refusing.baseUrl, listenMs: 30_000 }).poll?.(operation, context)).toEqual(
      {
        type: "running",
        progress: null,
      },
    );
  });

  it("stops listening when the signal aborts", async () => {
    const { requested, baseUrl } = await listening([]);
    const controller = new AbortController();
    const polled = comfyui(workflow, { baseUrl, listenMs: 30_000 }).poll?.(operation, {
      ...context,
      signal: controller.signal,
    });
    await expect.poll(() => requested.length).toBe(1);
    controller.abort();
    expect(await polled).toEqual({ type: "running", progress: null });
  });

  it("opens no socket if listenMs is 0", async () => {
    const { requested, baseUrl } = await listening([stateOf("p1", 5)]);
    const provider = comfyui(workflow, { baseUrl, listenMs: 0, previews: true });
    expect(provider.capabilities).toMatchObject({ progress: false, previews: false });
    expect(await provider.poll?.(operation, context)).toEqual({ type: "running", progress: null });
    expect(requested).toEqual([]);
  });
});

/** Encodes a server frame: unfragmented and unmasked. */
function toFrame(content: object | Uint8Array | string): Uint8Array {
  const isBinary = content instanceof Uint8Array;
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const body = isBinary ? content : new TextEncoder().encode(text);
  const length = body.byteLength < 126 ? [body.byteLength] : [126, body.byteLength >> 8, body.byteLength & 255];
  return Uint8Array.from([isBinary ? 0x82 : 0x81, ...length, ...body]);
}
