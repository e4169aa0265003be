import type { IncomingMessage, ServerResponse } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readCopied } from "../../../testing/fakes/copied-bytes.js";
import { type FakeClock, fakeClock } from "../../../testing/fakes/fake-clock.js";
import { startTinyInternet, type TinyInternet } from "../../../testing/fakes/tiny-internet.js";
import type { CopyRequest } from "../ports/media-copier.js";
import { guardedCopier } from "./guarded-copier.js";

let internet: TinyInternet;
let other: TinyInternet;
let clock: FakeClock;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let answerOfOther: typeof answer;
let inits: RequestInit[];

const png = Buffer.from("a picture");
const certified: readonly string[] = [];
const lookUp = () => undefined;

beforeAll(async () => {
  internet = await startTinyInternet({ certified, lookUp, answer: (request, response) => answer(request, response) });
  other = await startTinyInternet({ certified, lookUp, answer: (...both) => answerOfOther(...both) });
});
afterAll(async () => {
  await Promise.all([internet.close(), other.close()]);
});
beforeEach(() => {
  clock = fakeClock();
  inits = [];
  answer = (_, response) => response.writeHead(200, { "content-type": "image/png" }).end(png);
  answerOfOther = answer;
});

/** Copies by the runtime's `fetch` over real connections, without DNS lookups and sockets of our own. */
async function copy(change: Partial<CopyRequest> = {}): Promise<unknown> {
  const none = async (): Promise<never> => {
    throw new Error("The sockets were used.");
  };
  const copier = guardedCopier({
    clock,
    isOnWorkers: true,
    resolve: none,
    connect: none,
    fetch: (url, init) => {
      inits.push(init);
      return fetch(url, init);
    },
  });
  const outcome = await copier
    .copy({
      url: `${internet.origin}/a.png?sig=secret`,
      hosts: [internet.origin, other.origin, "media.example", "10.0.0.7", "[::1]"],
      maxBytes: 100_000,
      signal: new AbortController().signal,
      ...change,
    })
    .then(readCopied)
    .catch((error: Error) => error);
  expect(String(outcome instanceof Error ? outcome : JSON.stringify(outcome))).not.toContain("secret");
  expect(clock.pending()).toEqual([]);
  return outcome;
}

/** The requests that arrive during the work. */
async function requestsOf(work: () => Promise<unknown>, host = internet): Promise<readonly IncomingMessage[]> {
  const before = host.requests.length;
  await work();
  return host.requests.slice(before);
}

/** Holds a response; reports when a client has connected and when it has gone. */
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

const copied = { type: "copied", bytes: new Uint8Array(png), contentType: "image/png" };
const refused = (message: string, code = "download_failed") => ({
  type: "refused",
  failure: { code, message: expect.stringContaining(message) },
});
const failed = (words: string) => new Error(`Copying from 127.0.0.1 did not work: ${words}`);

describe("guardedCopier on Workers", () => {
  it("copies by fetch, with the headers of the link, and asks for nothing packed", async () => {
    const headers = { Authorization: "Key k", "Accept-Encoding": "gzip", Host: "evil.example" };
    const [request] = await requestsOf(async () => expect(await copy({ headers })).toEqual(copied));
    expect(request?.url).toBe("/a.png?sig=secret");
    expect(request?.headers).toMatchObject({
      accept: "*/*",
      "accept-encoding": "identity",
      authorization: "Key k",
      host: new URL(internet.origin).host,
      "user-agent": "safelight",
    });
  });

  it("lets Cloudflare keep nothing of it: not a picture, and not that it is not there yet", async () => {
    await copy();
    expect(inits).toMatchObject([{ redirect: "manual", cf: { cacheTtlByStatus: { "100-599": -1 } } }]);
  });

  it.each([
    ["a host that is not named", "https://evil.example/", "mediaHosts"],
    ["an origin's other port", "http://127.0.0.1:9/", "scheme"],
    ["http", "http://media.example/", "scheme"],
    ["another port", "https://media.example:8443/", "port"],
    ["a user", "https://a:b@media.example/", "user"],
    ["a file", "file:///etc/passwd", "scheme"],
    ["an address, though it is named", "https://10.0.0.7/", "is an address"],
    ["one that is spelled otherwise", "https://0x0a000007/", "is an address"],
    ["one of version 6", "https://[::1]/", "is an address"],
    ["no URL", "a.png?secret", "no URL"],
  ])("asks nobody for %s, as a link and behind a redirect", async (_, url, message) => {
    expect(await copy({ url })).toEqual(refused(message));
    expect(inits).toEqual([]);
    answer = (_request, response) => response.writeHead(302, { location: url }).end();
    // After a redirect, such text is a relative URL.
    if (URL.canParse(url)) expect(await copy()).toEqual(refused(message));
  });

  it("follows three redirects by hand, with no header of the link and no cookie", async () => {
    answer = (request, response) => {
      if (request.url === "/b") response.writeHead(303, { location: `${other.origin}/c` }).end();
      else response.writeHead(301, { location: "/b", "set-cookie": "a=b" }).end();
    };
    answerOfOther = (request, response) => {
      if (request.url === "/c") response.writeHead(308, { location: "d" }).end();
      else response.writeHead(200, { "content-type": "image/png" }).end(png);
    };
    const headers = { authorization: "Key k" };
    let atOther: readonly IncomingMessage[] = [];
    const here = await requestsOf(async () => {
      atOther = await requestsOf(async () => expect(await copy({ headers })).toEqual(copied), other);
    });
    const seen = [...here, ...atOther];
    expect(seen.map(({ url }) => url)).toEqual(["/a.png?sig=secret", "/b", "/c", "/d"]);
    expect(seen.map((request) => request.headers.authorization)).toEqual(["Key k", undefined, undefined, undefined]);
    expect(seen.map((request) => request.headers.cookie)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("follows no fourth", async () => {
    answer = (_, response) => response.writeHead(307, { location: "/again" }).end();
    const requests = await requestsOf(async () => {
      expect(await copy()).toEqual(refused("redirected more than 3 times"));
    });
    expect(requests.length).toBe(4);
  });

  it.each([401, 403, 404, 410])("says that an output is gone at %i", async (status) => {
    answer = (_, response) => response.writeHead(status).end("a text");
    expect(await copy()).toEqual({ type: "gone", status });
  });

  it.each([408, 425, 429, 500, 503])("throws at %i, so that it is tried again", async (status) => {
    answer = (_, response) => response.writeHead(status).end("a text");
    expect(await copy()).toEqual(failed(`The answer was ${status}.`));
  });

  it.each([204, 206, 300, 301, 304, 400, 451])("refuses what %i brings", async (status) => {
    answer = (_, response) => response.writeHead(status).end();
    expect(await copy()).toEqual(refused(`answered ${status}`));
  });

  it("copies nothing where nothing came", async () => {
    answer = (_, response) => response.writeHead(200).end();
    expect(await copy()).toEqual({
      type: "copied",
      bytes: new Uint8Array(),
      contentType: "application/octet-stream",
    });
  });

  it("says no more than that there was no answer, whatever the runtime's words are", async () => {
    answer = (_, response) => response.socket?.destroy();
    expect(await copy()).toEqual(failed("There was no answer."));
    const copier = guardedCopier({
      isOnWorkers: true,
      fetch: async (url) => {
        throw new TypeError(`Cannot fetch ${url.href}`);
      },
    });
    const { signal } = new AbortController();
    const copying = copier.copy({ url: "https://media.example/secret", hosts: ["media.example"], maxBytes: 9, signal });
    await expect(copying).rejects.toThrow("Copying from media.example did not work: There was no answer.");
  });
});

describe("guardedCopier on Workers, against a host that means harm", () => {
  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
  ])("counts what comes out of %s, which fetch unpacks by itself", async (encoding, pack) => {
    answer = (_, response) => response.writeHead(200, { "content-encoding": encoding }).end(pack(png));
    expect(await copy()).toMatchObject({ type: "copied", bytes: new Uint8Array(png) });
    const bomb = pack(Buffer.alloc(10_000_000));
    answer = (_, response) => response.writeHead(200, { "content-encoding": encoding }).end(bomb);
    expect(await copy()).toEqual(refused("more than 100000 bytes", "output_rejected"));
  });

  it.each(["deflate", "identity, gzip", "x-unknown"])("refuses any other encoding: %s", async (encoding) => {
    answer = (_, response) => response.writeHead(200, { "content-encoding": encoding }).end(deflateSync(png));
    expect(await copy()).toEqual(refused("in an encoding", "output_rejected"));
  });

  it("reads nothing of a body that says it is too long", async () => {
    const { left } = heldAnswer((response) => response.writeHead(200, { "content-length": 100_001 }).flushHeaders());
    expect(await copy()).toEqual(refused("more than 100000 bytes", "output_rejected"));
    await left;
  });

  it("reads an endless body up to the limit", async () => {
    const { left } = heldAnswer((response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(10_000)));
      };
      response.on("drain", more);
      more();
    });
    expect(await copy()).toEqual(refused("more than 100000 bytes", "output_rejected"));
    await left;
  });

  it("lets go of a redirect whose body has no end", async () => {
    const { left } = heldAnswer((response) =>
      response.writeHead(302, { location: "https://evil.example/" }).write("a"),
    );
    expect(await copy()).toEqual(refused("mediaHosts"));
    await left;
  });

  it("throws when a body ends early", async () => {
    const { asked } = heldAnswer((response) => response.writeHead(200, { "content-length": 9 }).write("a"));
    const copying = copy();
    (await asked).socket?.end();
    expect(await copying).toEqual(failed("terminated"));
  });

  it("waits thirty seconds for headers", async () => {
    const { asked, left } = heldAnswer();
    const copying = copy();
    await asked;
    await clock.advance(30_000);
    expect(await copying).toEqual(failed("There was no answer in 30000 ms."));
    await left;
  });

  it("waits thirty seconds for the next piece, and two minutes for all of it", async () => {
    const { asked, left } = heldAnswer((response) => response.flushHeaders());
    const copying = copy();
    const response = await asked;
    for (let waited = 0; waited < 120_000; waited += 20_000) {
      const delays = [30_000, 120_000 - waited].toSorted((one, another) => one - another);
      await expect.poll(() => clock.pending()).toEqual(delays);
      await clock.advance(20_000);
      response.write("a");
    }
    expect(await copying).toEqual(failed("It was not done in 120000 ms."));
    await left;
  });

  it("waits no longer than thirty seconds for a piece", async () => {
    const { asked, left } = heldAnswer((response) => response.flushHeaders());
    const copying = copy();
    await asked;
    await expect.poll(() => clock.pending()).toEqual([30_000, 120_000]);
    await clock.advance(30_000);
    expect(await copying).toEqual(failed("Nothing more came in 30000 ms."));
    await left;
  });

  it("stops when it is told to, with that reason", async () => {
    const { asked, left } = heldAnswer((response) => response.flushHeaders());
    const stop = new AbortController();
    const reason = new Error("the lease is lost");
    const copying = copy({ signal: stop.signal });
    await asked;
    stop.abort(reason);
    expect(await copying).toBe(reason);
    await left;
  });
});
