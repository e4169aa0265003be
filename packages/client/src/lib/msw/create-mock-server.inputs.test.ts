import { describe, expect, it } from "vitest";
import { mockedNetwork, refusalOf } from "../../../test/mocked-network.js";
import { createMockServer } from "./create-mock-server.js";
import { tinyPng } from "./request/tiny-png.js";

const { safelight, client } = mockedNetwork();

const png = (): Blob => new Blob([tinyPng()], { type: "image/png" });

describe("createMockServer", () => {
  it("stores uploads, and returns them", async () => {
    const input = await client.uploadInput(png());
    expect(input).toEqual({
      id: "inp_00000000-0000-7000-8000-000000000001",
      url: expect.stringMatching(`^https://example.test/api/generations/inputs/${input.id}\\?expires=`),
      kind: "image",
      contentType: "image/png",
      width: 1,
      height: 1,
      durationMs: null,
    });
    safelight.signOut();
    const response = await fetch(input.url);
    expect(response.headers.get("content-type")).toBe("image/png");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(tinyPng());
  });

  it("accepts the types that a server accepts, and no other", async () => {
    const typeOf = async (text: string) => {
      const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
      return (await client.uploadInput(new Blob([bytes]))).contentType;
    };
    expect(await typeOf("\xff\xd8\xff\xe0")).toBe("image/jpeg");
    expect(await typeOf("GIF89a")).toBe("image/gif");
    expect(await typeOf("RIFF\0\0\0\0WEBPVP8 ")).toBe("image/webp");
    expect(await typeOf("\0\0\0\x1cftypavif")).toBe("image/avif");
    expect((await refusalOf(typeOf("<svg/>"))).code).toBe("unsupported_media_type");
    expect((await refusalOf(typeOf(""))).code).toBe("invalid_input");
  });

  it("stores uploaded videos and audio files", async () => {
    const upload = (text: string) =>
      client.uploadInput(new Blob([Uint8Array.from(text, (character) => character.charCodeAt(0))]));
    const input = await upload("\0\0\0\x14ftypisom");
    expect(input).toMatchObject({ kind: "video", contentType: "video/mp4", width: 1, durationMs: 1_000 });
    expect(await upload("\0\0\0\x14ftypM4A ")).toMatchObject({ kind: "audio", contentType: "audio/mp4", width: null });
    expect(await upload("ID3")).toMatchObject({ kind: "audio", contentType: "audio/mpeg", durationMs: 1_000 });
    const response = await fetch(`${input.url}&download=1`);
    expect(response.headers.get("content-disposition")).toContain('-input.mp4"');
  });

  it("accepts references to the owner's uploads, and refuses others with their paths", async () => {
    const { id } = await client.uploadInput(png());
    expect((await client.submit("flux", { prompt: id })).generation.status).toBe("pending");
    safelight.signIn("another owner");
    const refusal = await refusalOf(client.submit("flux", { prompt: id }));
    expect(refusal).toMatchObject({ code: "invalid_input", issues: [{ path: ["prompt"] }] });
  });

  it("recognizes the image of an output, also for a signed-out caller", async () => {
    expect(await client.recognize(png())).toEqual({ madeHere: false, mark: null });
    const { generation } = await client.submit("flux", { prompt: "a lamp" });
    safelight.complete(generation.id);
    safelight.signOut();
    const mark = { digitalSourceType: "trainedAlgorithmicMedia" };
    expect(await client.recognize(png())).toMatchObject({ madeHere: true, mark });
    expect(await client.recognize(new Blob(["another"], { type: "image/png" }))).toMatchObject({ madeHere: false });
  });

  it("does not recognize files without the option", async () => {
    const server = createMockServer({ models: {} });
    const request = new Request("https://example.test/api/generations/recognize", { method: "POST", body: png() });
    expect((await server.fetch(request)).status).toBe(404);
  });

  it("needs a caller for a signed URL that has expired", async () => {
    const server = createMockServer({ models: {}, owner: null });
    const url = "https://example.test/api/generations/inputs/inp_00000000-0000-7000-8000-000000000001";
    expect((await server.fetch(new Request(`${url}?expires=1&signature=mocked`))).status).toBe(401);
  });

  it("refuses an upload when a test plans it", async () => {
    safelight.refuseNext("POST /inputs", "payload_too_large");
    expect((await refusalOf(client.uploadInput(png()))).code).toBe("payload_too_large");
    expect(safelight.requests).toMatchObject([{ method: "POST", path: "/inputs" }]);
  });
});
