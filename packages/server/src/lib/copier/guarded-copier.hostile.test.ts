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
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  internet = await startTinyInternet({
    certified: ["media.example"],
    lookUp: () => ["93.184.215.14"],
    answer: (request, response) => answer(request, response),
  });
});
afterAll(() => internet.close());
beforeEach(() => {
  clock = fakeClock();
});

function copy(change: Partial<CopyRequest> = {}, ground: Parameters<typeof guardedCopier>[0] = {}): Promise<unknown> {
  const copying = guardedCopier({ ...internet.ground, clock, ...ground }).copy({
    url: "https://media.example/a.png?sig=secret",
    hosts: ["media.example"],
    maxBytes: 100_000,
    signal: new AbortController().signal,
    ...change,
  });
  return copying.then(readCopied);
}

/** Holds a response after the part that `begin` sends; reports when a client has connected and when it has gone. */
function heldAnswer(begin: (response: ServerResponse) => void = () => undefined) {
  let tellLeft = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    tellLeft = resolve;
  });
  const asked = new Promise<ServerResponse>((resolve) => {
    answer = (_, response) => {
      response.on("close", tellLeft);
      begin(response);
      resolve(response);
    };
  });
  return { asked, left };
}

const rejected = (message: string) => ({
  type: "refused",
  failure: { code: "output_rejected", message: expect.stringContaining(message) },
});

describe("guardedCopier, against a host that means harm", () => {
  it("reads nothing of a body that says it is too long", async () => {
    const { left } = heldAnswer((response) => {
      response.writeHead(200, { "content-length": 100_001 }).flushHeaders();
    });
    expect(await copy()).toEqual(rejected("more than 100000 bytes"));
    await left;
  });

  it("reads an endless body up to the limit", async () => {
    let sent = 0;
    const { left } = heldAnswer((response) => {
      const more = (): void => {
        do sent += 10_000;
        while (response.write(Buffer.alloc(10_000)));
      };
      response.on("drain", more);
      more();
    });
    expect(await copy()).toEqual(rejected("more than 100000 bytes"));
    await left;
    // Two sockets buffer some megabytes, and no more.
    expect(sent).toBeLessThan(50_000_000);
  });

  it("keeps a body that is as long as it may be, in however many pieces", async () => {
    const picture = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
    answer = (_, response) => {
      for (let at = 0; at < picture.length; at += 100) response.write(picture.subarray(at, at + 100));
      response.end();
    };
    expect(await copy()).toMatchObject({ type: "copied", bytes: new Uint8Array(picture) });
  });

  it.each(["gzip", "deflate", "br", "zstd", "identity, gzip", "x-unknown"])("unpacks nothing: %s", async (encoding) => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    answer = (_, response) => response.writeHead(200, { "content-encoding": encoding }).end(bomb);
    expect(await copy()).toEqual(rejected("in an encoding"));
  });

  it("takes an encoding that is none", async () => {
    answer = (_, response) => response.writeHead(200, { "content-encoding": "identity" }).end("a");
    expect(await copy()).toMatchObject({ type: "copied" });
  });

  it.each([
    [
      "shorter than was said",
      (response: ServerResponse) => response.writeHead(200, { "content-length": 9 }).write("a"),
    ],
    ["without its last chunk", (response: ServerResponse) => response.writeHead(200).write("a")],
  ])("throws when a body ends early: %s", async (_, begin) => {
    const { asked } = heldAnswer(begin);
    const copying = copy();
    copying.catch(() => undefined);
    (await asked).socket?.end();
    await expect(copying).rejects.toThrow("Copying from media.example did not work: aborted");
  });

  it.each([
    ["with headers that end nowhere", `HTTP/1.1 200 OK\r\nx: ${"a".repeat(20_000)}`, "Parse Error: Header overflow"],
    ["with what is no HTTP", "220 welcome\r\n", "Parse Error"],
    [
      "with another protocol",
      "HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
      "There was no answer.",
    ],
    ["with nothing", "", "socket hang up"],
    ["with two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", "Parse Error"],
  ])("throws when it is answered %s", async (_, bytes, message) => {
    answer = (_request, response) => response.socket?.end(bytes);
    await expect(copy()).rejects.toThrow(`Copying from media.example did not work: ${message}`);
  });

  it("waits thirty seconds for a name", async () => {
    const copying = copy({}, { resolve: () => new Promise(() => undefined) });
    copying.catch(() => undefined);
    await clock.advance(29_999);
    expect(clock.pending()).not.toEqual([]);
    await clock.advance(1);
    await expect(copying).rejects.toThrow("did not work: There was no answer in 30000 ms.");
    expect(clock.pending()).toEqual([]);
  });

  it("waits thirty seconds for headers", async () => {
    const { asked, left } = heldAnswer();
    const copying = copy();
    copying.catch(() => undefined);
    await asked;
    await clock.advance(30_000);
    await expect(copying).rejects.toThrow("There was no answer in 30000 ms.");
    await left;
  });

  it("waits thirty seconds for the next piece of a body, from the headers on", async () => {
    const { asked, left } = heldAnswer();
    const copying = copy();
    copying.catch(() => undefined);
    const response = await asked;
    await clock.advance(20_000);
    response.flushHeaders();
    await pendingIs([30_000, 100_000]);
    await clock.advance(20_000);
    response.write("a");
    await pendingIs([30_000, 80_000]);
    await clock.advance(30_000);
    await expect(copying).rejects.toThrow("Nothing more came in 30000 ms.");
    await left;
  });

  it("waits two minutes for all of it, however it trickles", async () => {
    const { asked, left } = heldAnswer((response) => response.flushHeaders());
    const copying = copy();
    copying.catch(() => undefined);
    const response = await asked;
    for (let waited = 0; waited < 120_000; waited += 20_000) {
      await pendingIs([30_000, 120_000 - waited].toSorted((one, other) => one - other));
      await clock.advance(20_000);
      response.write("a");
    }
    await expect(copying).rejects.toThrow("It was not done in 120000 ms.");
    await left;
  });

  it("leaves no timer behind", async () => {
    answer = (_, response) => response.end("a");
    expect(await copy()).toMatchObject({ type: "copied" });
    expect(clock.pending()).toEqual([]);
  });

  it("stops when it is told to, with that reason", async () => {
    const { asked, left } = heldAnswer((response) => response.flushHeaders());
    const stop = new AbortController();
    const reason = new Error("the lease is lost");
    const copying = copy({ signal: stop.signal });
    copying.catch(() => undefined);
    await asked;
    stop.abort(reason);
    await expect(copying).rejects.toBe(reason);
    await left;
  });

  it("asks nobody when it was told to stop before", async () => {
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
