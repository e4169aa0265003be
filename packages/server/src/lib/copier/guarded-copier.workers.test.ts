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
let respond: (request: IncomingMessage, response: ServerResponse) => void;
let respondAtOther: typeof respond;
let inits: RequestInit[];

const png = Buffer.from("an image");
const certified: readonly string[] = [];
const lookUp = () => undefined;

beforeAll(async () => {
  internet = await startTinyInternet({ certified, lookUp, respond: (request, response) => respond(request, response) });
  other = await startTinyInternet({ certified, lookUp, respond: (...both) => respondAtOther(...both) });
});
afterAll(async () => {
  await Promise.all([internet.close(), other.close()]);
});
beforeEach(() => {
  clock = fakeClock();
  inits = [];
  respond = (_, response) => response.writeHead(200, { "content-type": "image/png" }).end(png);
  respondAtOther = respond;
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

/** Holds a response; resolves when a client has connected and when it has disconnected. */
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

const copied = { type: "copied", bytes: new Uint8Array(png), contentType: "image/png" };
const refused = (message: string, code = "download_failed") => ({
  type: "refused",
  failure: { code, message: expect.stringContaining(message) },
});
const failed = (message: string) => new Error(`Copying from 127.0.0.1 failed: ${message}`);

describe("guardedCopier on Workers", () => {
  it("copies with fetch and the headers of the link, and requests no compression", async () => {
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

  it("disables Cloudflare's cache for images and for missing images", async () => {
    await copy();
    expect(inits).toMatchObject([{ redirect: "manual", cf: { cacheTtlByStatus: { "100-599": -1 } } }]);
  });

  it.each([
    ["a host that is not allowed", "https://evil.example/", "mediaHosts"],
    ["an origin's other port", "http://127.0.0.1:9/", "scheme"],
    ["http", "http://media.example/", "scheme"],
    ["another port", "https://media.example:8443/", "port"],
    ["a user", "https://a:b@media.example/", "user"],
    ["a file", "file:///etc/passwd", "scheme"],
    ["an allowed address", "https://10.0.0.7/", "is an address"],
    ["an allowed address in another spelling", "https://0x0a000007/", "is an address"],
    ["an allowed IPv6 address", "https://[::1]/", "is an address"],
    ["an invalid URL", "a.png?secret", "invalid URL"],
  ])("sends no request for %s, as a link and behind a redirect", async (_, url, message) => {
    expect(await copy({ url })).toEqual(refused(message));
    expect(inits).toEqual([]);
    respond = (_request, response) => response.writeHead(302, { location: url }).end();
    // After a redirect, such text is a relative URL.
    if (URL.canParse(url)) expect(await copy()).toEqual(refused(message));
  });

  it("follows three redirects itself, without the headers of the link and without cookies", async () => {
    respond = (request, response) => {
      if (request.url === "/b") response.writeHead(303, { location: `${other.origin}/c` }).end();
      else response.writeHead(301, { location: "/b", "set-cookie": "a=b" }).end();
    };
    respondAtOther = (request, response) => {
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

  it("follows at most three redirects", async () => {
    respond = (_, response) => response.writeHead(307, { location: "/again" }).end();
    const requests = await requestsOf(async () => {
      expect(await copy()).toEqual(refused("redirected more than 3 times"));
    });
    expect(requests.length).toBe(4);
  });

  it.each([401, 403, 404, 410])("reports a missing output at status %i", async (status) => {
    respond = (_, response) => response.writeHead(status).end("text");
    expect(await copy()).toEqual({ type: "gone", status });
  });

  it.each([408, 425, 429, 500, 503])("throws at status %i, so that the copy is retried", async (status) => {
    respond = (_, response) => response.writeHead(status).end("text");
    expect(await copy()).toEqual(failed(`The response status was ${status}.`));
  });

  it.each([204, 206, 300, 301, 304, 400, 451])("refuses a response with status %i", async (status) => {
    respond = (_, response) => response.writeHead(status).end();
    expect(await copy()).toEqual(refused(`status ${status}`));
  });

  it("copies an empty body", async () => {
    respond = (_, response) => response.writeHead(200).end();
    expect(await copy()).toEqual({
      type: "copied",
      bytes: new Uint8Array(),
      contentType: "application/octet-stream",
    });
  });

  it("reports that there was no response, without the message of the runtime", async () => {
    respond = (_, response) => response.socket?.destroy();
    expect(await copy()).toEqual(failed("No response."));
    const copier = guardedCopier({
      isOnWorkers: true,
      fetch: async (url) => {
        throw new TypeError(`Cannot fetch ${url.href}`);
      },
    });
    const { signal } = new AbortController();
    const copying = copier.copy({ url: "https://media.example/secret", hosts: ["media.example"], maxBytes: 9, signal });
    await expect(copying).rejects.toThrow("Copying from media.example failed: No response.");
  });
});

describe("guardedCopier on Workers with a hostile host", () => {
  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
  ])("limits the decompressed bytes of %s, which fetch decompresses itself", async (encoding, pack) => {
    respond = (_, response) => response.writeHead(200, { "content-encoding": encoding }).end(pack(png));
    expect(await copy()).toMatchObject({ type: "copied", bytes: new Uint8Array(png) });
    const bomb = pack(Buffer.alloc(10_000_000));
    respond = (_, response) => response.writeHead(200, { "content-encoding": encoding }).end(bomb);
    expect(await copy()).toEqual(refused("more than 100000 bytes", "output_rejected"));
  });

  it.each(["deflate", "identity, gzip", "x-unknown"])("refuses any other encoding: %s", async (encoding) => {
    respond = (_, response) => response.writeHead(200, { "content-encoding": encoding }).end(deflateSync(png));
    expect(await copy()).toEqual(refused("an encoding that was not requested", "output_rejected"));
  });

  it("does not read a body whose Content-Length exceeds the limit", async () => {
    const { closed } = holdResponse((response) =>
      response.writeHead(200, { "content-length": 100_001 }).flushHeaders(),
    );
    expect(await copy()).toEqual(refused("more than 100000 bytes", "output_rejected"));
    await closed;
  });

  it("reads an endless body up to the limit", async () => {
    const { closed } = holdResponse((response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(10_000)));
      };
      response.on("drain", more);
      more();
    });
    expect(await copy()).toEqual(refused("more than 100000 bytes", "output_rejected"));
    await closed;
  });

  it("closes the connection of a redirect with an endless body", async () => {
    const { closed } = holdResponse((response) =>
      response.writeHead(302, { location: "https://evil.example/" }).write("a"),
    );
    expect(await copy()).toEqual(refused("mediaHosts"));
    await closed;
  });

  it("throws when a body is truncated", async () => {
    const { connected } = holdResponse((response) => response.writeHead(200, { "content-length": 9 }).write("a"));
    const copying = copy();
    (await connected).socket?.end();
    expect(await copying).toEqual(failed("terminated"));
  });

  it("times out the response headers after thirty seconds", async () => {
    const { connected, closed } = holdResponse();
    const copying = copy();
    await connected;
    await clock.advance(30_000);
    expect(await copying).toEqual(failed("No response within 30000 ms."));
    await closed;
  });

  it("times out the whole copy after two minutes", async () => {
    const { connected, closed } = holdResponse((response) => response.flushHeaders());
    const copying = copy();
    const response = await connected;
    for (let waited = 0; waited < 120_000; waited += 20_000) {
      const delays = [30_000, 120_000 - waited].toSorted((one, another) => one - another);
      await expect.poll(() => clock.pending()).toEqual(delays);
      await clock.advance(20_000);
      response.write("a");
    }
    expect(await copying).toEqual(failed("Not completed within 120000 ms."));
    await closed;
  });

  it("times out after thirty seconds without a chunk", async () => {
    const { connected, closed } = holdResponse((response) => response.flushHeaders());
    const copying = copy();
    await connected;
    await expect.poll(() => clock.pending()).toEqual([30_000, 120_000]);
    await clock.advance(30_000);
    expect(await copying).toEqual(failed("No further data within 30000 ms."));
    await closed;
  });

  it("rejects with the reason of its signal, and closes the connection", async () => {
    const { connected, closed } = holdResponse((response) => response.flushHeaders());
    const stop = new AbortController();
    const reason = new Error("the lease is lost");
    const copying = copy({ signal: stop.signal });
    await connected;
    stop.abort(reason);
    expect(await copying).toBe(reason);
    await closed;
  });
});
