import { crc32 } from "node:zlib";
import type { InputResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { bodyOf, problemOf, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";

type Bytes = Uint8Array<ArrayBuffer>;

const text = (content: string): Bytes => new TextEncoder().encode(content);
const png = (): Bytes => new Uint8Array(tinyPng());
const small = { limits: { maxInputImageBytes: 1_000 } };

/** A header that claims a size, without image data. */
function claiming(width: number, height: number): Bytes {
  const bytes = png();
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  view.setUint32(29, crc32(bytes.subarray(12, 29)));
  return bytes;
}

function form(parts: string, { boundary = "frontier", before = "", end = "\r\n--frontier--\r\n" } = {}): RequestInit {
  const body = `${before}--frontier\r\n${parts}${end}`;
  return { method: "POST", body, headers: { "content-type": `multipart/form-data; boundary=${boundary}` } };
}

const filePart = 'Content-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n';

describe("an upload", () => {
  it.each([
    ["SVG", "image/svg+xml", text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ["SVG with the type of a PNG", "image/png", text("<svg/>")],
    ["HTML with an image type", "image/png", text("<!doctype html><script>alert(1)</script>")],
    ["a PDF", "image/png", text("%PDF-1.7")],
    ["a bitmap", "image/bmp", Uint8Array.of(0x42, 0x4d, ...new Uint8Array(60))],
  ])("of %s is refused", async (_, type, body) => {
    const server = await testServer();
    const response = await server.request("ann", "/inputs", {
      method: "POST",
      body,
      headers: { "content-type": type },
    });
    expect(response.status).toBe(415);
    expect(await problemOf(response)).toMatchObject({
      code: "unsupported_media_type",
      detail:
        "Send an image: PNG, JPEG, WebP, GIF or AVIF; or a video: MP4, MOV or WebM; or an audio file: MP3, WAV, Ogg, M4A, WebM or FLAC.",
    });
  });

  it.each(["text/html", "application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])(
    "of type %j is refused for any content",
    async (type) => {
      const server = await testServer();
      const headers = { "content-type": type };
      const response = await server.request("ann", "/inputs", { method: "POST", body: png(), headers });
      expect(response.status).toBe(415);
      expect((await problemOf(response)).detail).toContain("multipart/form-data");
    },
  );

  it("of an image that is also a script is served as an image only", async () => {
    const server = await testServer();
    const polyglot = Uint8Array.of(...png(), ...text("<script>alert(1)</script>*/=1;alert(1)//"));
    const headers = { "content-type": "image/png" };
    const sent = await server.request("ann", "/inputs", { method: "POST", body: polyglot, headers });
    const { input } = await bodyOf<InputResponse>(sent);
    const response = await server.as("ann").get(`/inputs/${input.id}`);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/png",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    });
  });

  it.each([
    [100_000, 1],
    [1, 16_385],
    [8_001, 8_000],
    // The max size that a PNG can claim.
    [0x7fff_ffff, 0x7fff_ffff],
  ])("of %i × %i pixels is refused", async (width, height) => {
    const server = await testServer();
    const init = { method: "POST", body: claiming(width, height), headers: { "content-type": "image/png" } };
    const response = await server.request("ann", "/inputs", init);
    expect(response.status).toBe(422);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: "invalid_input", issues: [{ path: ["file"] }] });
    expect(problem.detail).toContain("Use a smaller one");
  });

  it("with the max number of pixels is stored", async () => {
    const server = await testServer();
    for (const [width, height] of [
      [8_000, 8_000],
      [16_384, 3_906],
    ] as const) {
      const init = { method: "POST", body: claiming(width, height), headers: { "content-type": "image/png" } };
      expect((await server.request("ann", "/inputs", init)).status).toBe(201);
    }
  });

  it.each([
    ["empty", new Uint8Array()],
    ["cut after its signature", png().subarray(0, 8)],
    ["without a size", claiming(0, 0)],
  ])("that is %s is refused", async (_, body) => {
    const server = await testServer();
    const init = { method: "POST", body, headers: { "content-type": "image/png" } };
    const response = await server.request("ann", "/inputs", init);
    expect([response.status, (await problemOf(response)).code]).toEqual([422, "invalid_input"]);
  });

  it("is counted, for any stated length", async () => {
    const server = await testServer(small);
    const inForm = { "content-type": "multipart/form-data; boundary=frontier" };
    for (const headers of [{}, { "content-length": "10" }, { "content-length": "1001" }, inForm]) {
      let given = 0;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          given += 100;
          // The body never ends.
          controller.enqueue(new Uint8Array(100));
        },
      });
      const init = { method: "POST", body, duplex: "half", headers: { "content-type": "image/png", ...headers } };
      const response = await server.request("ann", "/inputs", init);
      expect([response.status, (await problemOf(response)).code]).toEqual([413, "payload_too_large"]);
      expect(given).toBeLessThan(6_000);
    }
  });

  it("that is too large is refused with the same limit, in a form too", async () => {
    const server = await testServer({ limits: { maxInputImageBytes: 2_048 } });
    const details = [];
    // The last one is small enough for a form, and too large for an image.
    for (const [byteLength, isForm] of [
      [2_049, false],
      [8_192, true],
      [2_100, true],
    ] as const) {
      const bytes = new Blob([new Uint8Array(byteLength)]);
      const form = new FormData();
      form.append("file", bytes, "a.png");
      const encoded = new Response(isForm ? form : bytes);
      const headers = { "content-type": encoded.headers.get("content-type") ?? "image/png" };
      const init = { method: "POST", body: await encoded.arrayBuffer(), headers };
      details.push((await problemOf(await server.request("ann", "/inputs", init))).detail);
    }
    expect(details).toEqual([
      "The body is larger than 2 KiB: send less.",
      "The body is larger than 2 KiB: send less.",
      "The file is larger than 2 KiB: use a smaller one.",
    ]);
  });

  it("with one byte too many is refused, in a form too", async () => {
    const server = await testServer(small);
    const padded = (byteLength: number): Bytes => {
      const bytes = new Uint8Array(byteLength);
      bytes.set(png());
      return bytes;
    };
    const send = async (byteLength: number, isForm: boolean): Promise<number> => {
      if (!isForm) {
        const init = { method: "POST", body: padded(byteLength), headers: { "content-type": "image/png" } };
        return (await server.request("ann", "/inputs", init)).status;
      }
      const form = new FormData();
      form.append("file", new Blob([padded(byteLength)]), "a.png");
      const encoded = new Response(form);
      const headers = { "content-type": encoded.headers.get("content-type") ?? "" };
      const init = { method: "POST", body: await encoded.arrayBuffer(), headers };
      return (await server.request("ann", "/inputs", init)).status;
    };
    expect([await send(1_000, false), await send(1_001, false)]).toEqual([201, 413]);
    expect([await send(1_000, true), await send(1_001, true)]).toEqual([201, 413]);
    expect(await send(10_000, true)).toBe(413);
  });

  it.each([
    ["the file", async () => ({ bytes: png(), contentType: "image/png" })],
    [
      "a form",
      async () => {
        const form = new FormData();
        form.append("file", new Blob([png()]), "a.png");
        const encoded = new Response(form);
        return { bytes: await encoded.bytes(), contentType: encoded.headers.get("content-type") ?? "" };
      },
    ],
  ])("of which a proxy passes on the first part of %s only is refused", async (_, encode) => {
    const server = await testServer();
    const { bytes, contentType } = await encode();
    const send = async (byteLength: number): Promise<Response> => {
      const headers = { "content-type": contentType, "content-length": String(byteLength) };
      const body = new Blob([bytes]).stream();
      const init = { method: "POST", body, duplex: "half", headers };
      return server.request("ann", "/inputs", init);
    };
    expect((await problemOf(await send(bytes.byteLength + 1))).code).toBe("malformed_request");
    expect((await send(bytes.byteLength)).status).toBe(201);
  });

  it("that is incomplete leaves nothing behind", async () => {
    const server = await testServer();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(png()),
      pull: (controller) => controller.error(new Error("gone")),
    });
    const init = { method: "POST", body, duplex: "half", headers: { "content-type": "image/png" } };
    const response = await server.request("ann", "/inputs", init);
    expect([response.status, (await problemOf(response)).code]).toEqual([400, "malformed_request"]);
  });

  it("is not decompressed", async () => {
    const server = await testServer();
    const headers = { "content-type": "image/png", "content-encoding": "gzip" };
    expect((await server.request("ann", "/inputs", { method: "POST", body: png(), headers })).status).toBe(415);
  });

  it.each([
    ["of another field", form('Content-Disposition: form-data; name="other"\r\n\r\nx'), 422],
    ["of two files", form(`${filePart}x\r\n--frontier\r\n${filePart}y`), 422],
    [
      "of a field and a file",
      form(`Content-Disposition: form-data; name="a"\r\n\r\n1\r\n--frontier\r\n${filePart}y`),
      422,
    ],
    ["that continues after its end", form(`${filePart}x`, { end: "\r\n--frontier--\r\nmore" }), 422],
    ["whose file is empty", form(filePart), 422],
    ["that begins before its first part", form(`${filePart}x`, { before: "hello\r\n" }), 400],
    ["that is truncated", form(`${filePart}x`, { end: "" }), 400],
    ["without a head", form("x"), 400],
    ["whose head is longer than 4 KiB", form(`X-Padding: ${"x".repeat(4_096)}\r\n${filePart}x`), 400],
    ["of nothing", form("", { end: "" }), 400],
    ["with another boundary", form(`${filePart}x`, { boundary: "other" }), 400],
    ["with a boundary that is too long", form(`${filePart}x`, { boundary: "b".repeat(71) }), 400],
  ])("in a form %s is refused", async (_, init, status) => {
    const server = await testServer();
    const response = await server.request("ann", "/inputs", init);
    expect(response.status).toBe(status);
  });

  it("from a page of an untrusted origin is refused, also a form, which needs no preflight", async () => {
    const server = await testServer({ trustedOrigins: ["https://app.example"] });
    const formOf = () => {
      const body = new FormData();
      body.append("file", new Blob([png()]), "a.png");
      return body;
    };
    const statusOf = async (headers: Record<string, string>): Promise<readonly number[]> => {
      const raw = { method: "POST", body: png(), headers: { "content-type": "image/png", ...headers } };
      const inForm = { method: "POST", body: formOf(), headers };
      return Promise.all([raw, inForm].map(async (init) => (await server.request("ann", "/inputs", init)).status));
    };
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { origin: "https://evil.example", "sec-fetch-site": "same-site" },
    ]) {
      expect([headers, await statusOf(headers)]).toEqual([headers, [403, 403]]);
    }
    expect(await statusOf({ origin: "https://app.example", "sec-fetch-site": "cross-site" })).toEqual([201, 201]);
    expect(await statusOf({ origin: "http://localhost", "sec-fetch-site": "same-origin" })).toEqual([201, 201]);
  });
});
