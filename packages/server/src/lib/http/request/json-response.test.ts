import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { Hono } from "hono";
import { describe, expect, it, vi } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import { createJsonResponse } from "./json-response.js";
import type { RouterEnv } from "./router-context.js";

function nodeResponse(): ServerResponse {
  return new ServerResponse(new IncomingMessage(new Socket()));
}

/** An app that responds with a list, and the sizes of its unread responses. */
function serving({ untilSent = true } = {}) {
  const clock = fakeClock();
  const end = vi.fn();
  const add = vi.fn((_response: { readonly size: number; readonly close: () => void }) => ({ progress: vi.fn(), end }));
  const jsonResponse = createJsonResponse({ clock, unread: { add }, untilSent });
  const app = new Hono<RouterEnv>().get("/", (c) => jsonResponse(c, { body: { generations: ["ä"] } }));
  return { app, clock, add, end };
}

describe("JSON responses", () => {
  it("are JSON", async () => {
    const response = await serving().app.request("/", {}, {});
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual({ generations: ["ä"] });
  });

  it("count as unread until Node has sent them", async () => {
    const { app, clock, add, end } = serving();
    const outgoing = nodeResponse();
    const response = await app.request("/", {}, { outgoing });
    const { byteLength } = await response.arrayBuffer();
    expect(add).toHaveBeenCalledWith(expect.objectContaining({ size: byteLength + 16_384 }));
    expect(end).not.toHaveBeenCalled();
    outgoing.emit("close");
    expect(end).toHaveBeenCalled();
    expect(clock.pending()).toEqual([]);
  });

  it("close a response of Node that is not sent within two minutes", async () => {
    const { app, clock, end } = serving();
    const outgoing = nodeResponse();
    await app.request("/", {}, { outgoing });
    await clock.advance(119_999);
    expect(outgoing.destroyed).toBe(false);
    await clock.advance(1);
    expect(outgoing.destroyed).toBe(true);
    expect(end).toHaveBeenCalled();
  });

  it("close a response of Node to make room for a later one", async () => {
    const { app, clock, add } = serving();
    const outgoing = nodeResponse();
    await app.request("/", {}, { outgoing });
    add.mock.calls[0]?.[0].close();
    expect(outgoing.destroyed).toBe(true);
    expect(clock.pending()).toEqual([]);
  });

  it.each([
    ["in request mode", false, nodeResponse],
    ["of other runtimes", true, () => undefined],
    ["whose client has gone", true, () => nodeResponse().destroy()],
  ])("do not count %s", async (_, untilSent, outgoing) => {
    const { app, clock, add } = serving({ untilSent });
    await app.request("/", {}, { outgoing: outgoing() });
    expect(add).not.toHaveBeenCalled();
    expect(clock.pending()).toEqual([]);
  });
});
