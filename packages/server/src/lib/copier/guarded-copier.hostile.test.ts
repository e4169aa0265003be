import type { IncomingMessage, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readCopied } from "../../../testing/fakes/copied-bytes.js";
import { type FakeClock, fakeClock } from "../../../testing/fakes/fake-clock.js";
import { startTinyInternet, type TinyInternet } from "../../../testing/fakes/tiny-internet.js";
import type { CopyRequest } from "../ports/media-copier.js";
import { guardedCopier } from "./guarded-copier.js";

let internet: TinyInternet;
let clock: FakeClock;
let respond: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  internet = await startTinyInternet({
    certified: ["media.example"],
    lookUp: () => ["93.184.215.14"],
    respond: (request, response) => respond(request, response),
  });
});
afterAll(() => internet.close());
beforeEach(() => {
  clock = fakeClock();
});

function copy(
  change: Partial<CopyRequest> = {},
  overrides: Parameters<typeof guardedCopier>[0] = {},
): Promise<unknown> {
  const copying = guardedCopier({ ...internet.network, clock, ...overrides }).copy({
    url: "https://media.example/a.png?sig=secret",
    hosts: ["media.example"],
    maxBytes: 100_000,
    signal: new AbortController().signal,
    ...change,
  });
  return copying.then(readCopied);
}

/** Holds a response after the part that `begin` sends; resolves when a client has connected and when it has disconnected. */
function holdResponse(begin: (response: ServerResponse) => void = () => undefined) {
  let markClosed = (): void => undefined;
  const closed = new Promise<void>((resolve) => {
    markClosed = resolve;
  });
  const connected = new Promise<ServerResponse>((resolve) => {
    respond = (_, response) => {
      response.on("close", markClosed);
      begin(response);
      resolve(response);
    };
  });
  return { connected, closed };
}

const rejected = (message: string) => ({
  type: "refused",
  failure: { code: "output_rejected", message: expect.stringContaining(message) },
});

describe("guardedCopier with a hostile host", () => {
  it("does not read a body whose Content-Length exceeds the limit", async () => {
    const { closed } = holdResponse((response) => {
      response.writeHead(200, { "content-length": 100_001 }).flushHeaders();
    });
    expect(await copy()).toEqual(rejected("more than 100000 bytes"));
    await closed;
  });

  it("reads an endless body up to the limit", async () => {
    let sent = 0;
    const { closed } = holdResponse((response) => {
      const more = (): void => {
        do sent += 10_000;
        while (response.write(Buffer.alloc(10_000)));
      };
      response.on("drain", more);
      more();
    });
    expect(await copy()).toEqual(rejected("more than 100000 bytes"));
    await closed;
    // Two sockets buffer some megabytes, and no more.
    expect(sent).toBeLessThan(50_000_000);
  });

  it("copies a body of exactly maxBytes in many chunks", async () => {
    const image = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
    respond = (_, response) => {
      for (let at = 0; at < image.length; at += 100) response.write(image.subarray(at, at + 100));
      response.end();
    };
    expect(await copy()).toMatchObject({ type: "copied", bytes: new Uint8Array(image) });
  });

  it.each(["gzip", "deflate", "br", "zstd", "identity, gzip", "x-unknown"])(
    "decompresses no body: %s",
    async (encoding) => {
      const bomb = gzipSync(Buffer.alloc(10_000_000));
      respond = (_, response) => response.writeHead(200, { "content-encoding": encoding }).end(bomb);
      expect(await copy()).toEqual(rejected("an encoding that was not requested"));
    },
  );

  it.each(["identity", "IDENTITY"])("accepts the encoding %s", async (encoding) => {
    respond = (_, response) => response.writeHead(200, { "content-encoding": encoding }).end("a");
    expect(await copy()).toMatchObject({ type: "copied" });
  });

  it.each([
    [
      "shorter than its Content-Length",
      (response: ServerResponse) => response.writeHead(200, { "content-length": 9 }).write("a"),
    ],
    ["without its last chunk", (response: ServerResponse) => response.writeHead(200).write("a")],
  ])("throws when a body is truncated: %s", async (_, begin) => {
    const { connected } = holdResponse(begin);
    const copying = copy();
    copying.catch(() => undefined);
    (await connected).socket?.end();
    await expect(copying).rejects.toThrow("Copying from media.example failed: aborted");
  });

  it.each([
    ["endless headers", `HTTP/1.1 200 OK\r\nx: ${"a".repeat(20_000)}`, "Parse Error: Header overflow"],
    ["invalid HTTP", "220 welcome\r\n", "Parse Error"],
    [
      "an upgrade to another protocol",
      "HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
      "No response.",
    ],
    ["no bytes", "", "socket hang up"],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", "Parse Error"],
  ])("throws when the response has %s", async (_, bytes, message) => {
    respond = (_request, response) => response.socket?.end(bytes);
    await expect(copy()).rejects.toThrow(`Copying from media.example failed: ${message}`);
  });

  it("times out a DNS lookup after thirty seconds", async () => {
    const copying = copy({}, { resolve: () => new Promise(() => undefined) });
    copying.catch(() => undefined);
    await clock.advance(29_999);
    expect(clock.pending()).not.toEqual([]);
    await clock.advance(1);
    await expect(copying).rejects.toThrow("failed: No response within 30000 ms.");
    expect(clock.pending()).toEqual([]);
  });

  it("times out the response headers after thirty seconds", async () => {
    const { connected, closed } = holdResponse();
    const copying = copy();
    copying.catch(() => undefined);
    await connected;
    await clock.advance(30_000);
    await expect(copying).rejects.toThrow("No response within 30000 ms.");
    await closed;
  });

  it("times out after thirty seconds without a chunk of the body, from the headers on", async () => {
    const { connected, closed } = holdResponse();
    const copying = copy();
    copying.catch(() => undefined);
    const response = await connected;
    await clock.advance(20_000);
    response.flushHeaders();
    await pendingIs([30_000, 100_000]);
    await clock.advance(20_000);
    response.write("a");
    await pendingIs([30_000, 80_000]);
    await clock.advance(30_000);
    await expect(copying).rejects.toThrow("No further data within 30000 ms.");
    await closed;
  });

  it("times out the whole copy after two minutes, however slowly chunks arrive", async () => {
    const { connected, closed } = holdResponse((response) => response.flushHeaders());
    const copying = copy();
    copying.catch(() => undefined);
    const response = await connected;
    for (let waited = 0; waited < 120_000; waited += 20_000) {
      await pendingIs([30_000, 120_000 - waited].toSorted((one, other) => one - other));
      await clock.advance(20_000);
      response.write("a");
    }
    await expect(copying).rejects.toThrow("Not completed within 120000 ms.");
    await closed;
  });

  it("clears its timers", async () => {
    respond = (_, response) => response.end("a");
    expect(await copy()).toMatchObject({ type: "copied" });
    expect(clock.pending()).toEqual([]);
  });

  it("rejects with the reason of its signal, and closes the connection", async () => {
    const { connected, closed } = holdResponse((response) => response.flushHeaders());
    const stop = new AbortController();
    const reason = new Error("the lease is lost");
    const copying = copy({ signal: stop.signal });
    copying.catch(() => undefined);
    await connected;
    stop.abort(reason);
    await expect(copying).rejects.toBe(reason);
    await closed;
  });

  it("opens no connection when its signal is already aborted", async () => {
    const before = internet.connections.length;
    const reason = new Error("the lease is lost");
    await expect(copy({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(internet.connections.length).toBe(before);
  });
});

/** Waits until these timers are set: the bytes take a moment to arrive. */
async function pendingIs(delays: readonly number[]): Promise<void> {
  await expect.poll(() => clock.pending()).toEqual(delays);
}
