import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { problemOf, type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { memoryStorage } from "../../storage/memory-storage.js";
import { toNodeHandler } from "./node-handler.js";

type Server = TestServer<typeof testModels>;

const image = new Uint8Array(tinyPng());
/** The start of a video. */
const video = new TextEncoder().encode("\0\0\0\x18ftypisom\0\0\0\0isommp42".padEnd(64, "\0"));
const mib = 1_048_576;
const maxBodyMs = 300_000;

interface OpenUpload {
  readonly response: Promise<Response>;
  /** Resolves when the server reads the body. */
  readonly reading: Promise<void>;
  readonly isCanceled: () => boolean;
  /** Sends zeros; resolves when the server pulls more. */
  send(byteLength: number): Promise<void>;
  /** Sends the rest of the body. */
  finish(): void;
  /** Aborts the body. */
  abort(): void;
}

/** Sends an upload whose body stops in the middle. */
function open(
  server: Pick<Server, "request">,
  owner: string,
  headers: Record<string, string> = {},
  file = image,
): OpenUpload {
  const half = file.length >> 1;
  let body: ReadableStreamDefaultController<Uint8Array> | undefined;
  let isCanceled = false;
  let isRead = false;
  let started = (): void => undefined;
  let pulled = (): void => undefined;
  const reading = new Promise<void>((resolve) => {
    started = resolve;
  });
  const stream = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        body = controller;
      },
      pull: (controller) => {
        pulled();
        if (isRead) return;
        isRead = true;
        controller.enqueue(file.subarray(0, half));
        started();
      },
      cancel: () => {
        isCanceled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const init = { method: "POST", body: stream, duplex: "half", headers: { "content-type": "image/png", ...headers } };
  return {
    response: server.request(owner, "/inputs", init),
    reading,
    isCanceled: () => isCanceled,
    send: (byteLength) =>
      new Promise((resolve) => {
        pulled = resolve;
        body?.enqueue(new Uint8Array(byteLength));
      }),
    finish: () => {
      body?.enqueue(file.subarray(half));
      body?.close();
    },
    abort: () => body?.error(new Error("the client is gone")),
  };
}

/** Opens uploads that stop after `byteLength` bytes. */
async function openAll(
  server: Pick<Server, "request">,
  owners: readonly string[],
  headers: Record<string, string>,
  byteLength = 0,
) {
  const uploads = owners.map((owner) => open(server, owner, headers));
  await Promise.all(uploads.map(({ reading }) => reading));
  if (byteLength > 0) await Promise.all(uploads.map(({ send }) => send(byteLength)));
  return uploads;
}

const ofLength = (bytes: number) => ({ "content-length": String(bytes) });

function times<Value>(count: number, value: Value): readonly Value[] {
  return Array.from({ length: count }, () => value);
}

async function refusalOf(upload: OpenUpload): Promise<readonly unknown[]> {
  // An upload that is read instead would wait for the rest of its body.
  const response = await Promise.race([upload.response, upload.reading.then(() => null)]);
  if (response === null) return ["is read"];
  const retryAfter = Number(response.headers.get("retry-after"));
  return [response.status, (await problemOf(response)).code, retryAfter >= 5 && retryAfter <= 15];
}

describe("uploads in progress", () => {
  it("of one owner are at most 10; the next is refused before its body is read", async () => {
    const server = await testServer();
    const uploads = await openAll(server, times(10, "ann"), ofLength(image.length));
    expect(await refusalOf(open(server, "ann"))).toEqual([429, "rate_limited", true]);
    await openAll(server, ["bob"], ofLength(image.length));
    for (const { finish } of uploads) finish();
    const responses = await Promise.all(uploads.map(({ response }) => response));
    expect(responses.map(({ status }) => status)).toEqual(times(10, 201));
    await openAll(server, times(10, "ann"), ofLength(image.length));
  });

  it("of one owner have at most half of the received bytes", async () => {
    const server = await testServer({ limits: { maxUploadBytes: 64 * mib } });
    await openAll(server, ["ann"], {}, 20 * mib);
    expect(await refusalOf(open(server, "ann", ofLength(13 * mib)))).toEqual([429, "rate_limited", true]);
    await openAll(server, ["ann"], ofLength(11 * mib));
  });

  it.each([
    ["no length", {}],
    ["chunks", { "content-length": "1", "transfer-encoding": "chunked" }],
    ["a length that is no number", { "content-length": "1e1" }],
  ])("need room for the max size with %s", async (_, headers) => {
    const server = await testServer({ limits: { maxUploadBytes: 64 * mib } });
    await openAll(server, ["ann"], ofLength(10 * mib), 8 * mib);
    expect(await refusalOf(open(server, "ann", headers))).toEqual([429, "rate_limited", true]);
  });

  it("of all owners have at most maxUploadBytes; the next is refused with 503", async () => {
    const server = await testServer({ limits: { maxUploadBytes: 64 * mib } });
    const [first] = await openAll(server, ["a", "b", "c", "d"], ofLength(15 * mib), mib);
    expect(await refusalOf(open(server, "e", ofLength(4 * mib)))).toEqual([503, "unavailable", true]);
    first?.abort();
    expect((await first?.response)?.status).toBe(400);
    await openAll(server, ["e"], ofLength(4 * mib));
  });

  it("above the size of an image leave room for images, however long they take", async () => {
    const server = await testServer();
    const type = "video/mp4";
    const hogs = ["a", "b"].map((owner) =>
      open(server, owner, { ...ofLength(199 * mib), "content-type": type }, video),
    );
    await Promise.all(hogs.map(({ reading }) => reading));
    await Promise.all(hogs.map(({ send }) => send(mib)));
    const third = open(server, "c", { ...ofLength(26 * mib), "content-type": type }, video);
    expect(await refusalOf(third)).toEqual([503, "unavailable", true]);
    const images = await openAll(server, ["d", "e", "f"], ofLength(25 * mib), mib);
    expect(images.map(({ isCanceled }) => isCanceled())).toEqual([false, false, false]);
    const upload = open(server, "g", ofLength(image.length));
    await upload.reading;
    upload.finish();
    expect((await upload.response).status).toBe(201);
  });

  it("that do not all fit are refused before they are read, and the others go on", async () => {
    const server = await testServer({ limits: { maxUploadBytes: 64 * mib } });
    const accepted = await openAll(server, ["a", "b", "c"], ofLength(20 * mib), mib);
    for (const owner of ["d", "e", "f"]) {
      expect(await refusalOf(open(server, owner, ofLength(20 * mib)))).toEqual([503, "unavailable", true]);
    }
    await Promise.all(accepted.map(({ send }) => send(18 * mib)));
    expect(accepted.map(({ isCanceled }) => isCanceled())).toEqual([false, false, false]);
    for (const { abort } of accepted) abort();
    await Promise.all(accepted.map(({ response }) => response));
    await openAll(server, ["d", "e", "f"], ofLength(20 * mib));
  });

  it("hold no more than 1 MiB until that has arrived: one that then finds no room is refused, and the others go on", async () => {
    const server = await testServer({ limits: { maxUploadBytes: 64 * mib } });
    const [refused] = await openAll(server, ["a", "b", "c"], ofLength(20 * mib));
    const accepted = ["d", "e", "f"].map((owner) => open(server, owner, ofLength(20 * mib)));
    expect(await Promise.all(accepted.map(refusalOf))).toEqual(times(3, ["is read"]));
    await Promise.all(accepted.map(({ send }) => send(mib)));
    refused?.send(mib);
    expect((await refused?.response)?.status).toBe(503);
    await Promise.all(accepted.map(({ send }) => send(18 * mib)));
    expect(accepted.map(({ isCanceled }) => isCanceled())).toEqual([false, false, false]);
  });

  it("without a length are refused midway when the bytes of others leave no room", async () => {
    const server = await testServer({ limits: { maxUploadBytes: 64 * mib } });
    const [last] = await openAll(server, ["a", "b"], {}, mib);
    await openAll(server, ["e", "f", "g"], ofLength(19 * mib), mib);
    last?.send(5 * mib);
    expect((await last?.response)?.status).toBe(503);
    expect(last?.isCanceled()).toBe(true);
  });

  it("release their slot when they are refused or the storage fails", async () => {
    const put = () => Promise.reject(new Error("the disk is full"));
    const limits = { maxUploadBytes: 26 * mib, uploads: { requests: 2, perMs: 60_000 } };
    const server = await testServer({ limits, storage: { ...memoryStorage(), put } });
    const send = async (body: BodyInit, type: string) =>
      (await server.request("ann", "/inputs", { method: "POST", body, headers: { "content-type": type } })).status;
    const bodies = ["no image", new Uint8Array(26 * mib), image, image, image];
    const statuses: number[] = [];
    for (const body of bodies) statuses.push(await send(body, "image/png"));
    expect([...statuses, await send("{}", "application/json")]).toEqual([415, 413, 503, 503, 503, 415]);
  });

  it("obey limits.uploads when they are concurrent", async () => {
    const server = await testServer({ limits: { uploads: { requests: 2, perMs: 60_000 } } });
    const uploads = await openAll(server, times(5, "ann"), ofLength(image.length));
    for (const { finish } of uploads) finish();
    const statuses = (await Promise.all(uploads.map(({ response }) => response))).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 201, 429, 429, 429]);
  });

  it("above limits.uploads hold no slot", async () => {
    const server = await testServer({ limits: { uploads: { requests: 1, perMs: 60_000 } } });
    const [stored] = await openAll(server, ["ann"], ofLength(image.length));
    stored?.finish();
    expect((await stored?.response)?.status).toBe(201);
    const refused = times(11, "ann").map(async (owner) => problemOf(await open(server, owner).response));
    const details = (await Promise.all(refused)).map(({ detail }) => detail);
    expect(new Set(details)).toEqual(new Set([expect.stringContaining("Too many uploads in a short time")]));
  });

  it("end after five minutes at a steady rate", async () => {
    const server = await testServer();
    const form = { "content-type": "multipart/form-data; boundary=x" };
    const uploads = [...(await openAll(server, ["ann"], {})), ...(await openAll(server, ["ann"], form))];
    for (let ms = 0; ms < maxBodyMs - 5_000; ms += 5_000) {
      for (const { send } of uploads) send(10_240);
      await server.clock.advance(5_000);
    }
    for (const { send } of uploads) send(10_240);
    await server.clock.advance(4_999);
    expect(uploads.map(({ isCanceled }) => isCanceled())).toEqual([false, false]);
    await server.clock.advance(1);
    for (const { isCanceled, response } of uploads) {
      expect([(await response).status, isCanceled()]).toEqual([408, true]);
      expect((await problemOf(await response)).detail).toBe("The body did not arrive within 300 s: send it again.");
    }
  });
});

describe("uploads in progress through node:http", () => {
  it("are refused beyond the limit without a hang, and end with their connections", async () => {
    const { server, port } = await listening();
    const sockets = times(12, null).map(() => upload(port, 19 * mib));
    await expect.poll(() => reading(server)).toBe(10);
    // The server closes a refused connection although its body never ends.
    await expect.poll(() => sockets.filter(({ bytesRead, closed }) => bytesRead > 0 && closed).length).toBe(2);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => reading(server)).toBe(0);
    const next = times(10, null).map(() => upload(port, 19 * mib));
    await expect.poll(() => reading(server)).toBe(10);
    expect(next.map(({ bytesRead }) => bytesRead)).toEqual(times(10, 0));
  });
});

/** Uploads whose body is being read, by the timers of their time limit. */
function reading({ clock }: Pick<Server, "clock">): number {
  return clock.pending().filter((ms) => ms === maxBodyMs).length;
}

/** Sends the head of an upload and half an image. */
function upload(port: number, byteLength: number): Socket {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
  });
  // A server that closes an unread connection may reset it.
  socket.on("error", () => undefined);
  socket.resume();
  socket.write(
    `POST /api/generations/inputs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ann\r\nContent-Type: image/png\r\nContent-Length: ${byteLength}\r\n\r\n`,
  );
  socket.write(image.subarray(0, image.length >> 1));
  return socket;
}

async function listening() {
  const server = await testServer();
  const host = createServer(toNodeHandler(server.safelight));
  host.listen(0, "127.0.0.1");
  await once(host, "listening");
  onTestFinished(async () => {
    host.closeAllConnections();
    host.close();
    await once(host, "close");
  });
  const address = host.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
  return { server, port: address.port };
}
