import { afterEach, describe, expect, it } from "vitest";
import { endlessBytes } from "./endless-bytes.js";
import { ConnectionLost, type FakeVendor } from "./fake-vendor.js";
import { type ServedVendor, serveVendor } from "./serve-vendor.js";

describe("serveVendor", () => {
  let served: ServedVendor | null = null;
  afterEach(() => served?.close());

  async function originOf(handle: FakeVendor["handle"]): Promise<string> {
    served = await serveVendor({ handle });
    return served.origin;
  }

  it("passes the request on and returns the vendor's response", async () => {
    const origin = await originOf(async (request) => {
      const received = { method: request.method, url: request.url, key: request.headers.get("authorization") };
      const headers = [
        ["x-limit", "1"],
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
      ] as [string, string][];
      return Response.json(
        { ...received, body: [...new Uint8Array(await request.arrayBuffer())] },
        { status: 201, headers },
      );
    });
    const init = { method: "POST", headers: { authorization: "Key k" }, body: new Uint8Array([0, 255, 10]) };
    const response = await fetch(`${origin}/jobs?n=1`, init);
    expect([response.status, response.headers.get("x-limit")]).toEqual([201, "1"]);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.json()).toEqual({
      method: "POST",
      url: `${origin}/jobs?n=1`,
      key: "Key k",
      body: [0, 255, 10],
    });
  });

  it("sends a response without a body", async () => {
    const origin = await originOf(async () => new Response(null, { status: 204 }));
    expect((await fetch(origin)).status).toBe(204);
  });

  it("destroys the socket for ConnectionLost", async () => {
    const origin = await originOf(async () => {
      throw new ConnectionLost();
    });
    await expect(fetch(origin)).rejects.toThrow("fetch failed");
  });

  it("reports an error of the fake as a 500", async () => {
    const origin = await originOf(async () => {
      throw new Error("no such path");
    });
    const response = await fetch(origin);
    expect([response.status, await response.text()]).toEqual([500, "Error: no such path"]);
  });

  it("cancels the response body when the client disconnects", async () => {
    let isCanceled: () => void = () => {};
    const canceled = new Promise<void>((resolve) => {
      isCanceled = resolve;
    });
    const source = endlessBytes(new Uint8Array([1])).getReader();
    const origin = await originOf(
      async () =>
        new Response(
          new ReadableStream({
            pull: async (controller) => controller.enqueue((await source.read()).value),
            cancel: isCanceled,
          }),
        ),
    );
    const response = await fetch(origin);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await canceled;
  });
});
