import { once } from "node:events";
import { createServer, request as nodeRequest } from "node:http";
import type { AddressInfo } from "node:net";
import type { MediaKind } from "@safelight/client/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { tinyMp4, tinyWav } from "../../../../testing/media/tiny-media.js";
import { avifSequence } from "../../../../testing/provenance/avif-fixtures.js";
import { bodyOf, problemOf, type TestServer, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import { defineModel } from "../../model/define-model.js";
import type { ProviderOutput } from "../../ports/provider.js";
import { addressOfConnection } from "../handlers/recognition.js";
import { toNodeHandler } from "./node-handler.js";

const clip = tinyMp4({ frameBytes: 3_000_000, hasAudio: true });
const image = { bytes: new Uint8Array(tinyPng(1)), contentType: "image/png" };

function model(kind: MediaKind, output: ProviderOutput) {
  const provider = scriptedProvider<{ prompt: string }>({ poll: [{ type: "done", outputs: [output] }] });
  return defineModel({ kind, provider, input: z.object({ prompt: z.string() }), credits: 4 });
}

/** A server with an image, a sequence, a clip and a sound of Ann, and the stored bytes of each. */
async function withOutputs() {
  const server = await testServer({
    models: {
      flux: model("image", image),
      strip: model("image", { bytes: avifSequence, contentType: "image/avif" }),
      reel: model("video", { bytes: clip, contentType: "video/mp4" }),
      foley: model("audio", { bytes: tinyWav(), contentType: "audio/wav" }),
    },
    provenance: { system: "Acme & Sons" },
    recognition: true,
  });
  const ann = server.as("ann");
  const files: Uint8Array<ArrayBuffer>[] = [];
  const ids: string[] = [];
  for (const name of ["flux", "strip", "reel", "foley"]) {
    const response = await ann.post("", { model: name, input: { prompt: "Ann's secret plan" } });
    const { generation } = await bodyOf<{ generation: { id: string } }>(response);
    await ann.finish(generation.id);
    ids.push(generation.id);
    files.push(new Uint8Array(await (await ann.get(`/${generation.id}/outputs/0`)).arrayBuffer()));
  }
  return { server, ann, ids, files };
}

const send = (
  server: Pick<TestServer<never>, "request">,
  file: BodyInit,
  headers: Record<string, string> = { "content-type": "application/octet-stream" },
) => server.request(null, "/recognize", { method: "POST", body: file, headers });

describe("POST /recognize", () => {
  it("is closed without the option, as a path that does not exist", async () => {
    const server = await testServer();
    const nowhere = {
      ...(await problemOf(await server.request("ann", "/nowhere", { method: "POST" }))),
      requestId: "",
    };
    const closed = { ...(await problemOf(await send(server, "bytes"))), requestId: "" };
    expect([closed, closed.status]).toEqual([nowhere, 404]);
  });

  it("states to an anonymous caller whether an image, a sequence, a clip or a sound was made here, and its mark", async () => {
    const { ann, files, ids, server } = await withOutputs();
    for (const [index, file] of files.entries()) {
      const response = await send(server, file);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({
        file: {
          madeHere: true,
          mark: {
            digitalSourceType: "trainedAlgorithmicMedia",
            system: "Acme & Sons",
            createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
            generationId: ids[index],
            c2pa: false,
          },
        },
      });
    }
    const [first = new Uint8Array(), , video = new Uint8Array()] = files;
    // The mark survives a change of one byte at its end, and the hash does not.
    const changed = video.slice();
    changed[100] = (changed[100] ?? 0) ^ 1;
    expect(await (await send(server, changed)).json()).toMatchObject({ file: { madeHere: false } });
    expect(await (await send(server, new Uint8Array(tinyPng(2)))).json()).toEqual({
      file: { madeHere: false, mark: null },
    });
    expect(await (await send(server, "no media at all")).json()).toEqual({ file: { madeHere: false, mark: null } });
    // A deleted output was made here as well, and the response does not reveal the deletion.
    const before = await (await send(server, first)).text();
    await ann.delete(`/${ids[0]}`);
    expect(await (await send(server, first)).text()).toBe(before);
    expect(before).not.toMatch(/ann|secret|flux/i);
  });

  it("accepts the file of a form", async () => {
    const { files, server } = await withOutputs();
    const form = new FormData();
    form.set("file", new Blob(files.slice(0, 1), { type: "image/png" }));
    expect(await (await send(server, form as never, {})).json()).toMatchObject({ file: { madeHere: true } });
  });

  it("limits the size, the type and the rate of one client, and of all", async () => {
    let address: string | null = "client 0";
    const recognition = { maxBytes: 1_000, rate: { requests: 2, perMs: 10_000 }, addressOf: () => address };
    const server = await testServer({ recognition });
    expect(await problemOf(await send(server, new Uint8Array(1_001)))).toMatchObject({ code: "payload_too_large" });
    expect(await problemOf(await send(server, "{}", { "content-type": "application/json" }))).toMatchObject({
      code: "unsupported_media_type",
    });
    const refused = await send(server, "bytes");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "5"]);
    server.clock.skip(5_000);
    expect((await send(server, "bytes")).status).toBe(200);
    const statuses: number[] = [];
    for (let client = 1; client <= 20; client += 1) {
      address = client === 20 ? null : `client ${client}`;
      statuses.push((await send(server, "bytes")).status);
    }
    // Three of the first client count as well, and five seconds give ten back.
    expect([statuses.indexOf(429), statuses.filter((status) => status === 200).length]).toEqual([19, 19]);
  });

  it("reads at most 4 files of one client at the same time", async () => {
    const server = await testServer({ recognition: { addressOf: () => "client" } });
    const bodies: ReadableStreamDefaultController<Uint8Array>[] = [];
    const open = () => {
      const body = new ReadableStream<Uint8Array>({ start: (controller) => void bodies.push(controller) });
      const init = { method: "POST", body, duplex: "half", headers: { "content-type": "image/png" } };
      return server.request(null, "/recognize", init);
    };
    const accepted = [open(), open(), open(), open()];
    expect(await problemOf(await open())).toMatchObject({
      code: "rate_limited",
      detail: expect.stringContaining("concurrent files"),
    });
    for (const body of bodies.slice(0, 4)) {
      body.enqueue(new Uint8Array(1));
      body.close();
    }
    expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });

  it("counts addresses that are no text as one client, and long ones by their first 100 characters", async () => {
    const addresses: unknown[] = [`${"a".repeat(100)}1`, `${"a".repeat(100)}2`, 7, undefined];
    const addressOf = () => addresses.shift() as string;
    const server = await testServer({ recognition: { rate: { requests: 1, perMs: 60_000 }, addressOf } });
    const statuses: number[] = [];
    for (let sent = 0; sent < 4; sent += 1) statuses.push((await send(server, "bytes")).status);
    expect(statuses).toEqual([200, 429, 200, 429]);
  });

  it("refuses a page of another origin", async () => {
    const server = await testServer({ recognition: true });
    const headers = { "content-type": "image/png", origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect(await problemOf(await send(server, "bytes", headers))).toMatchObject({ code: "origin_not_allowed" });
  });

  it("counts by the address of Node's connection", async () => {
    const server = await testServer({ recognition: { rate: { requests: 1, perMs: 60_000 } } });
    const host = createServer(toNodeHandler(server.safelight)).listen(0, "127.0.0.1");
    onTestFinished(() => void host.close());
    await once(host, "listening");
    const { port } = host.address() as AddressInfo;
    const statusFrom = (localAddress: string) =>
      new Promise((resolve, reject) => {
        const options = {
          port,
          localAddress,
          path: "/api/generations/recognize",
          method: "POST",
          agent: false,
        } as const;
        nodeRequest({ ...options, host: "127.0.0.1" }, (response) => resolve(response.resume().statusCode))
          .on("error", reject)
          .end("bytes");
      });
    expect(await statusFrom("127.0.0.1")).toBe(200);
    expect(await statusFrom("127.0.0.1")).toBe(429);
    expect(await statusFrom("127.0.0.2")).toBe(200);
  });
});

describe("addressOfConnection", () => {
  const addressOf = (remoteAddress: unknown) =>
    addressOfConnection({ headers: new Headers(), incoming: { socket: { remoteAddress } } });

  it("counts the addresses of one IPv6 network as one client", () => {
    expect(addressOf("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1:2");
    expect(addressOf("2001:db8:1:2::6")).toBe("2001:db8:1:2");
    expect(addressOf("2001:db8::6")).toBe("2001:db8:0:0");
    expect(addressOf("::1")).toBe("0:0:0:0");
    expect(addressOf("::ffff:192.0.2.7")).toBe("::ffff:192.0.2.7");
    expect([addressOf("192.0.2.7"), addressOf(undefined)]).toEqual(["192.0.2.7", null]);
    expect(addressOfConnection({ headers: new Headers() })).toBeNull();
  });
});
