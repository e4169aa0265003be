import { execFile } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readCopied } from "../../../testing/fakes/copied-bytes.js";
import { startTinyInternet, type TinyInternet } from "../../../testing/fakes/tiny-internet.js";
import type { CopyRequest } from "../ports/media-copier.js";
import { guardedCopier } from "./guarded-copier.js";

let internet: TinyInternet;
let respond: (request: IncomingMessage, response: ServerResponse) => void;
/** The addresses of the names of media.example, one entry per lookup; the last entry repeats. */
let addresses: readonly (readonly string[])[];
let lookups = 0;

const png = Buffer.from("an image");
const zone: Readonly<Record<string, () => readonly string[]>> = {
  "media.example": () => addresses[Math.min(lookups++, addresses.length - 1)] ?? [],
  "cdn.example": () => ["93.184.215.14"],
  "evil.example": () => ["93.184.215.15"],
  "inside.cdn.example": () => ["93.184.215.14", "10.0.0.7"],
  "metadata.google.internal": () => ["169.254.169.254"],
};

beforeAll(async () => {
  internet = await startTinyInternet({
    certified: Object.keys(zone),
    lookUp: (name) => zone[name]?.(),
    respond: (request, response) => respond(request, response),
  });
});
afterAll(() => internet.close());
beforeEach(() => {
  respond = (_, response) => response.writeHead(200, { "content-type": "image/png" }).end(png);
  addresses = [["93.184.215.14"]];
  lookups = 0;
});

/** The outcome of a copy, with the connected hosts and the received requests. */
async function copy(change: Partial<CopyRequest> = {}): Promise<{
  readonly outcome: unknown;
  readonly connected: readonly string[];
  readonly requests: readonly IncomingMessage[];
}> {
  const [connections, requests] = [internet.connections.length, internet.requests.length];
  const outcome = await guardedCopier(internet.network)
    .copy({
      url: "https://media.example/a.png?sig=secret",
      hosts: ["media.example", "*.cdn.example", "cdn.example"],
      maxBytes: 100,
      signal: new AbortController().signal,
      ...change,
    })
    .then(readCopied)
    .catch((error: Error) => error);
  const made = internet.connections.slice(connections);
  expect(String(outcome instanceof Error ? outcome : JSON.stringify(outcome))).not.toContain("secret");
  return { outcome, connected: made.map(({ hostname }) => hostname), requests: internet.requests.slice(requests) };
}

const copied = { type: "copied", bytes: new Uint8Array(png), contentType: "image/png" };
const refused = (message: string, code = "download_failed") => ({
  type: "refused",
  failure: { code, message: expect.stringContaining(message) },
});
const respondWith =
  (status: number, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse) =>
    response.writeHead(status, headers).end("text");

describe("guardedCopier", () => {
  it("copies the bytes of an allowed host", async () => {
    const { outcome, requests } = await copy();
    expect(outcome).toEqual(copied);
    expect(requests.map(({ method, url }) => [method, url])).toEqual([["GET", "/a.png?sig=secret"]]);
  });

  it("copies from an allowed origin at any address", async () => {
    const url = `${internet.origin}/view?filename=a.png`;
    const { signal } = new AbortController();
    const outcome = await guardedCopier().copy({ url, hosts: [internet.origin], maxBytes: 100, signal });
    expect(await readCopied(outcome)).toEqual(copied);
    const inside = { url: "https://metadata.google.internal/", hosts: ["https://metadata.google.internal"] };
    expect((await copy(inside)).outcome).toEqual(copied);
  });

  it("copies from an allowed public address", async () => {
    const { outcome, connected } = await copy({ url: "https://93.184.215.16/a.png", hosts: ["93.184.215.16"] });
    expect([outcome, connected]).toEqual([copied, ["93.184.215.16"]]);
  });

  it("reports application/octet-stream when the response has no content type", async () => {
    respond = (_, response) => response.end(png);
    expect((await copy()).outcome).toMatchObject({ contentType: "application/octet-stream" });
  });

  it("sends the headers of the link, and no others but its own", async () => {
    const headers = { Authorization: "Key k", "Accept-Encoding": "gzip" };
    const { requests } = await copy({ headers });
    expect(requests[0]?.headers).toEqual({
      accept: "*/*",
      "accept-encoding": "identity",
      authorization: "Key k",
      connection: "close",
      host: "media.example",
      "user-agent": "safelight",
    });
  });

  it("connects to the checked address, and resolves the name once for each hop", async () => {
    addresses = [["93.184.215.14"], ["127.0.0.1"]];
    const before = internet.connections.length;
    expect((await copy()).outcome).toEqual(copied);
    expect(internet.connections[before]?.addresses).toEqual([{ address: "93.184.215.14", family: 4 }]);
    expect(lookups).toBe(1);
  });

  it.each([
    ["a host that is not allowed", { url: "https://evil.example/" }, "mediaHosts"],
    ["a private address", { url: "https://10.0.0.7/", hosts: ["10.0.0.7"] }, "10.0.0.7, which is not a public"],
    ["a loopback address of IPv6", { url: "https://[::1]/", hosts: ["[::1]"] }, "::1, which is not a public"],
    ["an IPv4-mapped address", { url: "https://[::ffff:a00:7]/", hosts: ["[::ffff:a00:7]"] }, "not a public"],
    ["a name with a public and a private address", { url: "https://inside.cdn.example/" }, "10.0.0.7"],
    ["a metadata service", { url: "https://metadata.google.internal/", hosts: ["metadata.google.internal"] }, "169"],
    ["another scheme", { url: "http://media.example/" }, "scheme"],
    ["an invalid URL", { url: "a.png?secret" }, "invalid URL"],
    ["a very long name", { url: `https://${"a".repeat(9_000)}.example/` }, "mediaHosts"],
  ])("opens no connection for %s", async (_, change, message) => {
    const { outcome, connected } = await copy(change);
    expect(outcome).toEqual(refused(message));
    expect(JSON.stringify(outcome).length).toBeLessThan(500);
    expect(connected).toEqual([]);
  });

  it("follows three redirects, also relative ones, without the headers of the link", async () => {
    respond = (request, response) => {
      const step = Number(/\d/.exec(request.url ?? "")?.[0] ?? 0);
      const to = ["/1", "//cdn.example/2", "https://a.cdn.example/../3"][step];
      if (to === undefined) response.writeHead(200, { "content-type": "image/png" }).end(png);
      else response.writeHead([301, 302, 303][step] ?? 307, { location: to, "set-cookie": "a=b" }).end();
    };
    const { outcome, connected, requests } = await copy({
      headers: { authorization: "Key k" },
      hosts: ["media.example", "cdn.example", "https://a.cdn.example"],
    });
    // The last name does not resolve.
    expect(outcome).toEqual(new Error("Copying from a.cdn.example failed: getaddrinfo ENOTFOUND a.cdn.example"));
    expect(connected).toEqual(["media.example", "media.example", "cdn.example"]);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(["Key k", undefined, undefined]);
    expect(requests.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined, undefined]);
  });

  it("follows at most three redirects", async () => {
    respond = (request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.writeHead(200, { "content-type": "image/png" }).end(png);
      else response.writeHead(308, { location: `/${left - 1}` }).end();
    };
    expect((await copy({ url: "https://media.example/3" })).outcome).toEqual(copied);
    const { outcome, connected } = await copy({ url: "https://media.example/4" });
    expect(outcome).toEqual(refused("redirected more than 3 times"));
    expect(connected.length).toBe(4);
  });

  it.each([
    ["to a host that is not allowed", "https://evil.example/", "mediaHosts"],
    ["to http", "http://media.example/", "scheme"],
    ["to loopback", "http://127.0.0.1/", "scheme"],
    ["to a metadata service", "https://169.254.169.254/latest/meta-data/", "mediaHosts"],
    ["to a name with a private address", "https://inside.cdn.example/", "10.0.0.7"],
    ["to a file", "file:///etc/passwd", "scheme"],
    ["with a user", "https://a:b@media.example/", "user"],
    ["to an invalid URL", "https://[secret", "invalid URL"],
  ])("follows no redirect %s", async (_, location, message) => {
    respond = respondWith(302, { location });
    const { outcome, connected } = await copy();
    expect(outcome).toEqual(refused(message));
    expect(connected).toEqual(["media.example"]);
  });

  it("checks the addresses of a name at each hop", async () => {
    addresses = [["93.184.215.14"], ["93.184.215.14", "::ffff:127.0.0.1"]];
    respond = respondWith(302, { location: "/b.png" });
    const { outcome, connected } = await copy();
    expect(outcome).toEqual(refused("::ffff:127.0.0.1, which is not a public"));
    expect(connected).toEqual(["media.example"]);
  });

  it.each([401, 403, 404, 410])("reports a missing output at status %i", async (status) => {
    respond = respondWith(status);
    expect((await copy()).outcome).toEqual({ type: "gone", status });
  });

  it.each([408, 425, 429, 500, 502, 503, 504, 599])(
    "throws at status %i, so that the copy is retried",
    async (status) => {
      respond = respondWith(status);
      expect((await copy()).outcome).toEqual(
        new Error(`Copying from media.example failed: The response status was ${status}.`),
      );
    },
  );

  it.each([204, 206, 300, 301, 302, 304, 400, 402, 451])("refuses a response with status %i", async (status) => {
    respond = respondWith(status);
    expect((await copy()).outcome).toEqual(refused(`status ${status}`));
  });

  it("throws when a name has no address", async () => {
    addresses = [[]];
    expect((await copy()).outcome).toEqual(new Error("Copying from media.example failed: The name has no address."));
  });

  it("throws with the error code when every address refuses the connection", async () => {
    const connect = async () => {
      throw Object.assign(new AggregateError([]), { code: "ECONNREFUSED" });
    };
    const copier = guardedCopier({ ...internet.network, connect });
    const { signal } = new AbortController();
    const copying = copier.copy({ url: "https://media.example/", hosts: ["media.example"], maxBytes: 9, signal });
    await expect(copying).rejects.toThrow("Copying from media.example failed: ECONNREFUSED");
  });

  it("uses no proxy from the environment", async () => {
    const url = new URL("guarded-copier.ts", import.meta.url);
    const request = `{ url: "${internet.origin}/a", hosts: ["${internet.origin}"], maxBytes: 100, signal: new AbortController().signal }`;
    const script = `
      const { guardedCopier } = await import("${url}");
      console.log((await guardedCopier().copy(${request})).type);`;
    // No server listens at this address: a request through the proxy fails.
    const proxy = "http://127.0.0.1:9";
    const env = {
      ...process.env,
      NODE_USE_ENV_PROXY: "1",
      HTTP_PROXY: proxy,
      http_proxy: proxy,
      NO_PROXY: "",
      no_proxy: "",
    };
    const args = ["--conditions=@safelight/source", "--import", importsFrom, "--input-type=module", "-e", script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout.trim()).toBe("copied");
  });
});

const importsFrom = new URL("../../../test/source-imports.ts", import.meta.url).href;
