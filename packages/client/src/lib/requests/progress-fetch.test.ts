import { JSDOM } from "jsdom";
import { afterEach, describe, expect, it, vi } from "vitest";
import { httpServer } from "../../../test/http-server.js";
import { progressFetch } from "./progress-fetch.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** The window of a page of this origin. Its `XMLHttpRequest` accepts only its own `Blob`. */
function openPage(origin: string): JSDOM["window"] {
  const { window } = new JSDOM("", { url: origin });
  vi.stubGlobal("XMLHttpRequest", window.XMLHttpRequest);
  return window;
}

describe("progressFetch", () => {
  it("sends the request with its headers, reports the sent share, and returns the response", async () => {
    const server = await httpServer();
    const window = openPage(server.origin);
    const onProgress = vi.fn();
    const body = new window.Blob(["a".repeat(100_000)], { type: "image/png" });
    const received = progressFetch(onProgress)(`${server.origin}/api/generations/inputs`, {
      method: "POST",
      headers: { "x-request-id": "one" },
      body,
    });
    const request = await server.next();
    expect([request.method, request.path, request.body.length]).toEqual(["POST", "/inputs", 100_000]);
    expect(request.headers).toMatchObject({ "x-request-id": "one", "content-type": "image/png" });
    request.response.writeHead(413, { "retry-after": "5", "content-type": "application/problem+json" }).end("{}");
    const response = await received;
    expect([response.status, await response.text()]).toEqual([413, "{}"]);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(onProgress.mock.lastCall).toEqual([1]);
    window.close();
  });

  it("rejects with the reason of its signal, and closes the connection", async () => {
    const server = await httpServer();
    const window = openPage(server.origin);
    const controller = new AbortController();
    const url = `${server.origin}/api/generations/inputs`;
    const received = progressFetch(() => {})(url, { method: "POST", body: "a", signal: controller.signal });
    const request = await server.next();
    const closed = new Promise((resolve) => request.response.once("close", resolve));
    controller.abort(new Error("left the page"));
    await expect(received).rejects.toThrow("left the page");
    await closed;
    window.close();
  });

  it("rejects with a TypeError when the connection breaks, as fetch does", async () => {
    const server = await httpServer();
    const window = openPage(server.origin);
    // jsdom prints the failure.
    window.console.error = () => {};
    const received = progressFetch(() => {})(`${server.origin}/api/generations/inputs`, { method: "POST", body: "a" });
    const request = await server.next();
    request.response.destroy();
    await expect(received).rejects.toBeInstanceOf(TypeError);
    window.close();
  });

  it("uses fetch without XMLHttpRequest, and to omit cookies", async () => {
    const server = await httpServer();
    const url = `${server.origin}/api/generations/inputs`;
    for (const init of [{}, { credentials: "omit" } as const]) {
      if ("credentials" in init) vi.stubGlobal("XMLHttpRequest", class {});
      const onProgress = vi.fn();
      const received = progressFetch(onProgress)(url, { method: "POST", body: "a", ...init });
      (await server.next()).json({ input: {} });
      expect(await (await received).json()).toEqual({ input: {} });
      expect(onProgress).not.toHaveBeenCalled();
    }
  });
});
