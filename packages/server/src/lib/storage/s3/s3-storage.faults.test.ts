import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type BucketServer, refuse, startBucketServer } from "../../../../testing/bucket/bucket-server.js";
import { putBytes } from "../../../../testing/put-bytes.js";
import type { Storage } from "../../ports/storage.js";
import { type S3StorageOptions, s3Storage } from "./s3-storage.js";

const sessionToken = "IQoJb3JpZ2luX2VjEXAMPLEtoken";

async function withServer(
  options: Partial<S3StorageOptions> = {},
): Promise<{ readonly server: BucketServer; readonly storage: Storage }> {
  const server = await startBucketServer({ sessionToken });
  onTestFinished(server.close);
  return { server, storage: s3Storage({ ...server.credentials, endpoint: server.endpoint, ...options }) };
}

/** Each method of a storage, so that a test can check its outcome. */
const actions: readonly [string, (storage: Storage) => Promise<unknown>][] = [
  ["put an object", (storage) => putBytes(storage, "r4nd/0", new Uint8Array(10))],
  ["get an object", (storage) => storage.get("r4nd/0")],
  ["delete an object", (storage) => storage.delete("r4nd/0")],
  ["list objects", (storage) => storage.deleteAll("r4nd")],
];

const messageOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "",
    (error: unknown) => String(error),
  );

/** An endless text that starts with `begin`. */
function endlessText(begin: string, cancel = () => {}): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(begin)),
    pull: (controller) => controller.enqueue(encoder.encode("<a>".repeat(20_000))),
    cancel,
  });
}

describe.each(actions)("s3Storage, to %s", (action, act) => {
  it.each([
    [403, "AccessDenied", /403 AccessDenied\. The key needs permission to put, get and delete/],
    [503, "SlowDown", /503 SlowDown\.$/],
    [500, "InternalError", /500 InternalError\.$/],
    // A member that every object inherits.
    [500, "constructor", /500 constructor\.$/],
    [404, "NoSuchBucket", /404 NoSuchBucket\. Check `bucket`/],
    // A proxy, while the service is away.
    [404, "<b>x</b>", /: 404\. No S3 service has sent this: check `endpoint`/],
    [403, "<b>x</b>", /: 403\.$/],
  ] as const)("reports %d %s after one request", async (status, code, expected) => {
    const { server, storage } = await withServer();
    server.respondNext(refuse(status, code));
    const message = await messageOf(act(storage));
    expect(message).toMatch(expected);
    expect(message).toContain(`Bucket "media" refused to ${action}`);
    expect(server.requests).toHaveLength(1);
    // A retry by the caller succeeds.
    await act(storage);
  });

  it("reads 64 KiB of an error response, and cancels the rest", async () => {
    const cancel = vi.fn();
    const fetch = async (): Promise<Response> =>
      new Response(endlessText("<Error><Code>SlowDown</Code>", cancel), { status: 503 });
    const { storage } = await withServer({ fetch });
    expect(await messageOf(act(storage))).toMatch(/503 SlowDown\.$/);
    expect(cancel).toHaveBeenCalledOnce();
    const late = new Response(`${" ".repeat(65_536)}<Code>SlowDown</Code>`, { status: 503 });
    const { storage: other } = await withServer({ fetch: async () => late });
    expect(await messageOf(act(other))).toMatch(/: 503\.$/);
  });

  it("reports no secret and no text of the service", async () => {
    const { server, storage } = await withServer();
    const { accessKeyId, secretAccessKey } = server.credentials;
    const inside = `<StringToSign>${secretAccessKey}</StringToSign><AWSAccessKeyId>${accessKeyId}</AWSAccessKeyId>`;
    server.respondNext(refuse(403, "SignatureDoesNotMatch", { inside }));
    const refused = await messageOf(act(storage));
    await server.close();
    const unreachable = await messageOf(act(storage));
    expect(refused).toContain("SignatureDoesNotMatch. Check `secretAccessKey`");
    expect(unreachable).toContain(`Bucket "media" could not be reached to ${action}: `);
    for (const secret of [accessKeyId, secretAccessKey, sessionToken, "Signature=", "No."]) {
      expect(`${refused}${unreachable}`).not.toContain(secret);
    }
  });

  it("follows no redirect, and reports the region of the bucket", async () => {
    const { server: other } = await withServer();
    const { server, storage } = await withServer();
    const headers = { location: `${other.endpoint}/media/r4nd/0`, "x-amz-bucket-region": "us-west-2" };
    server.respondNext(refuse(301, "PermanentRedirect", { headers }), refuse(307, "TemporaryRedirect"));
    expect(await messageOf(act(storage))).toMatch(/region "us-west-2", not in "eu-central-1": check `region`\.$/);
    expect(await messageOf(act(storage))).toMatch(/307 TemporaryRedirect\. The service redirects to another address/);
    expect(other.requests).toEqual([]);
  });

  it("reports the region that the service names", async () => {
    const { server, storage } = await withServer();
    server.respondNext(refuse(400, "AuthorizationHeaderMalformed", { inside: "<Region>us-west-2</Region>" }));
    expect(await messageOf(act(storage))).toMatch(/region "us-west-2"/);
  });

  it("reports a wrong clock", async () => {
    const { storage } = await withServer({ now: () => Date.now() - 901_000 });
    expect(await messageOf(act(storage))).toMatch(/RequestTimeTooSkewed\. Correct the clock of this machine\.$/);
  });

  it("fails when the connection breaks before the response", async () => {
    const { server, storage } = await withServer();
    server.respondNext((response) => response.destroy());
    expect(await messageOf(act(storage))).toContain("could not be reached");
    expect([...server.objects]).toEqual([]);
  });
});

describe("s3Storage with a bucket that hangs", () => {
  it("ends the request when the signal of a get aborts", async () => {
    const { server, storage } = await withServer();
    const stop = new AbortController();
    const ended = new Promise((resolve) => {
      server.respondNext((response) => {
        response.once("close", resolve);
        stop.abort(new Error("The reader left."));
      });
    });
    await expect(storage.get("r4nd/0", { signal: stop.signal })).rejects.toThrow("The reader left.");
    await ended;
  });
});

describe("s3Storage with a large body", () => {
  it("follows no redirect, and reports it", async () => {
    const { server: other } = await withServer();
    const { server, storage } = await withServer();
    server.respondNext(refuse(307, "TemporaryRedirect", { headers: { location: `${other.endpoint}/media/r4nd/0` } }));
    const message = await messageOf(putBytes(storage, "r4nd/0", new Uint8Array(2_000_000)));
    expect(message).toMatch(/could not be reached to put an object: .*redirect/);
    expect(other.requests).toEqual([]);
  });
});

describe("s3Storage with a response of other bytes", () => {
  const get = async (storage: Storage, range?: { start: number; end: number }): Promise<number | undefined> =>
    (await new Response((await storage.get("r4nd/0", range && { range }))?.body ?? null).arrayBuffer()).byteLength;

  it("fails the stream of a truncated object", async () => {
    const { server, storage } = await withServer();
    server.respondNext((response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write(new Uint8Array(10), () => response.destroy());
    });
    await expect(get(storage)).rejects.toThrow();
  });

  it.each([10, 101])("fails the stream of an object with %d bytes instead of 100", async (byteLength) => {
    const headers = { "content-length": "100" };
    const { storage } = await withServer({ fetch: async () => new Response(new Uint8Array(byteLength), { headers }) });
    await expect(get(storage)).rejects.toThrow(/ended at byte 10 of 100|more than its 100 bytes/);
  });

  it.each([
    ["the whole object", 200, { "content-length": "100" }],
    ["a range with status 200", 200, { "content-range": "bytes 10-19/100" }],
    ["a longer range", 206, { "content-range": "bytes 9-19/100" }],
    ["a shorter range", 206, { "content-range": "bytes 10-18/100" }],
    ["a range of an unknown length", 206, { "content-range": "bytes 10-19/*" }],
    ["a range without Content-Range", 206, {}],
  ])("refuses %s instead of the requested range", async (_, status, headers) => {
    const fetch = async (): Promise<Response> => new Response(new Uint8Array(10), { status, headers });
    const { storage } = await withServer({ fetch });
    await expect(get(storage, { start: 10, end: 19 })).rejects.toThrow(/other bytes/);
  });

  it("refuses a range instead of the whole object, and a response without a length", async () => {
    const responses = [
      new Response(new Uint8Array(10), { status: 206, headers: { "content-length": "10" } }),
      new Response(new Uint8Array(10)),
    ];
    const { storage } = await withServer({ fetch: async () => responses.shift() ?? Response.error() });
    await expect(get(storage)).rejects.toThrow(/other bytes/);
    await expect(get(storage)).rejects.toThrow(/other bytes/);
  });
});

describe("deleteAll of s3Storage", () => {
  it.each([
    ["a truncated page", "<ListBucketResult><Contents><Key>r4nd/0</Key></Contents>", /not a complete listing/],
    ["an HTML page", "<html>Welcome</html>", /not a complete listing/],
    ["an empty response", "", /not a complete listing/],
    [
      "a truncated listing without a token",
      "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
      /no continuation token/,
    ],
  ])("fails on %s", async (_, xml, expected) => {
    const { server, storage } = await withServer();
    server.respondNext((response) => response.end(xml));
    await expect(storage.deleteAll("r4nd")).rejects.toThrow(expected);
  });

  it("fails on a repeated continuation token", async () => {
    const { server, storage } = await withServer();
    const truncated = "<IsTruncated>true</IsTruncated><NextContinuationToken>1</NextContinuationToken>";
    const respond = (response: { end(text: string): void }): void =>
      response.end(`<ListBucketResult>${truncated}</ListBucketResult>`);
    server.respondNext(respond, respond);
    await expect(storage.deleteAll("r4nd")).rejects.toThrow(/repeats a continuation token/);
  });

  it("fails on a page of more than 1 MiB, also on an endless page", async () => {
    const page = (padding: number) =>
      new Response(`<ListBucketResult>${" ".repeat(padding)}</ListBucketResult>`, { status: 200 });
    const around = "<ListBucketResult></ListBucketResult>".length;
    const { storage } = await withServer({ fetch: async () => page(1_048_576 - around) });
    await storage.deleteAll("r4nd");
    const { storage: longer } = await withServer({ fetch: async () => page(1_048_577 - around) });
    await expect(longer.deleteAll("r4nd")).rejects.toThrow(/more than 1 MiB/);
    const { storage: endless } = await withServer({ fetch: async () => new Response(endlessText("<Contents>")) });
    await expect(endless.deleteAll("r4nd")).rejects.toThrow(/more than 1 MiB/);
  });

  it("fails after a thousand pages", async () => {
    let pages = 0;
    const fetch = async (): Promise<Response> => {
      pages += 1;
      const more = `<IsTruncated>true</IsTruncated><NextContinuationToken>${pages}</NextContinuationToken>`;
      return new Response(`<ListBucketResult>${more}</ListBucketResult>`);
    };
    const { storage } = await withServer({ fetch });
    await expect(storage.deleteAll("r4nd")).rejects.toThrow(/did not end after 1000 pages/);
    expect(pages).toBe(1_000);
  });

  it("reads a page of unclosed elements in linear time", async () => {
    const xml = `<ListBucketResult>${"<Contents>".repeat(100_000)}</ListBucketResult>`;
    const { storage } = await withServer({ fetch: async () => new Response(xml) });
    // CPU time, which does not depend on the other processes of the machine.
    const before = process.cpuUsage();
    await storage.deleteAll("r4nd");
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });

  it("fails when one delete fails, and deletes that object with the next call", async () => {
    const { server, storage } = await withServer();
    for (let index = 0; index < 20; index += 1) await putBytes(storage, `r4nd/${index}`, new Uint8Array(1));
    const list = (response: { end(text: string): void }): void =>
      response.end("<ListBucketResult><Contents><Key>r4nd/7</Key></Contents></ListBucketResult>");
    server.respondNext(list, refuse(503, "SlowDown"));
    await expect(storage.deleteAll("r4nd")).rejects.toThrow(/SlowDown/);
    await storage.deleteAll("r4nd");
    expect([...server.objects]).toEqual([]);
  });

  it("ignores an object that was deleted during the listing", async () => {
    const { server, storage } = await withServer();
    await putBytes(storage, "r4nd/0", new Uint8Array(1));
    const list = (response: { end(text: string): void }): void =>
      response.end("<ListBucketResult><Contents><Key>r4nd/0</Key></Contents></ListBucketResult>");
    server.respondNext(list, refuse(404, "NoSuchKey"));
    await storage.deleteAll("r4nd");
  });
});
