import { describe, expect, it, vi } from "vitest";
import { manualServer, origin } from "../../test/manual-server.js";
import { testClient } from "../../test/test-client.js";
import { uploadWithProgress } from "./upload-with-progress.js";

const server = manualServer();

const input = { id: "inp_1", url: "https://cdn.example.com/1", contentType: "image/png", width: 3, height: 2 };

describe("recognize", () => {
  it("sends a file, and resolves with the facts", async () => {
    const { client } = testClient();
    const recognized = client.recognize(new Blob(["bytes"], { type: "image/png" }));
    const request = await server.next();
    expect(`${request.method} ${request.path}`).toBe("POST /api/generations/recognize");
    expect([request.headers.get("content-type"), request.body]).toEqual(["image/png", "bytes"]);
    request.json({ file: { madeHere: false, mark: null } });
    await expect(recognized).resolves.toEqual({ madeHere: false, mark: null });
  });
});

describe("uploadInput", () => {
  it("sends a file unchanged, with its own content type", async () => {
    const { client } = testClient();
    const uploaded = client.uploadInput(new Blob(["bytes"], { type: "image/png" }));
    const request = await server.next();
    expect(`${request.method} ${request.path}`).toBe("POST /api/generations/inputs");
    expect([request.headers.get("content-type"), request.body]).toEqual(["image/png", "bytes"]);
    expect(request.headers.get("idempotency-key")).toBeNull();
    request.json({ input }, { status: 201 });
    await expect(uploaded).resolves.toEqual(input);
  });

  it("reports no progress with a fetch of the host", async () => {
    const sent: Request[] = [];
    const { client } = testClient({
      fetch: async (request) => {
        sent.push(request);
        return Response.json({ input });
      },
    });
    const onProgress = vi.fn();
    await expect(uploadWithProgress(client, new Blob(["bytes"]), { onProgress })).resolves.toEqual(input);
    expect([sent.length, onProgress.mock.calls]).toEqual([1, []]);
  });

  it("does not send a file without a type as JSON", async () => {
    const { client } = testClient();
    const uploaded = client.uploadInput(new Blob(["bytes"]));
    const request = await server.next();
    expect(request.headers.get("content-type")).toBeNull();
    request.json({ input });
    await uploaded;
  });

  it("prefixes the URL of the upload with the origin", async () => {
    const { client } = testClient();
    const uploaded = client.uploadInput(new Blob(["bytes"]));
    (await server.next()).json({ input: { ...input, url: "/api/generations/inputs/inp_1?signature=s" } });
    await expect(uploaded).resolves.toHaveProperty("url", `${origin}/api/generations/inputs/inp_1?signature=s`);
  });

  it("resends the same file when the connection breaks", async () => {
    const { client, environment } = testClient();
    const uploaded = client.uploadInput(new Blob(["bytes"], { type: "image/png" }));
    (await server.next()).cut();
    await environment.elapse(250);
    const second = await server.next();
    expect([second.headers.get("content-type"), second.body]).toEqual(["image/png", "bytes"]);
    second.json({ input });
    await expect(uploaded).resolves.toEqual(input);
    expect(environment.leftovers).toEqual({ timers: [], listeners: 0 });
  });

  it("allows a slow connection fifteen minutes", async () => {
    const { client, environment } = testClient();
    const uploaded = client.uploadInput(new Blob(["bytes"]));
    for (const pauseMs of [250, 500, null]) {
      await server.next();
      await environment.elapse(900_000);
      if (pauseMs !== null) await environment.elapse(pauseMs);
    }
    await expect(uploaded).rejects.toHaveProperty("code", "timeout");
  });

  it("rejects with the server's problem, and with invalid_response for other bodies", async () => {
    const { client } = testClient();
    const refused = client.uploadInput(new Blob(["<svg/>"], { type: "image/svg+xml" }));
    (await server.next()).problem("unsupported_media_type");
    await expect(refused).rejects.toMatchObject({ code: "unsupported_media_type", status: 415 });
    const empty = client.uploadInput(new Blob(["bytes"]));
    (await server.next()).json({ input: null }, { status: 422 });
    await expect(empty).rejects.toHaveProperty("code", "invalid_input");
  });

  it("rejects when its signal aborts", async () => {
    const { client } = testClient();
    const controller = new AbortController();
    const uploaded = client.uploadInput(new Blob(["bytes"]), { signal: controller.signal });
    await server.next();
    controller.abort(new Error("left"));
    await expect(uploaded).rejects.toThrow("left");
  });
});
