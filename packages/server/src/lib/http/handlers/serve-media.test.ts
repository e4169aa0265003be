import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../../testing/fakes/fake-clock.js";
import type { Storage } from "../../ports/storage.js";
import { ServiceError } from "../../service/errors/service-error.js";
import { cutBodyOf } from "../request/node-response.js";
import type { RouterEnv } from "../request/router-context.js";
import { createUnreadResponses } from "../request/unread-responses.js";
import { serveMedia } from "./serve-media.js";

const bytes = new TextEncoder().encode("<script>alert(1)</script>");

/** A storage that counts its reads and its open streams. */
function watched(): { readonly storage: Storage; open(): number; reads(): number } {
  let open = 0;
  let reads = 0;
  const storage: Storage = {
    id: "watched",
    put: async () => undefined,
    delete: async () => undefined,
    deleteAll: async () => undefined,
    get: async (_, { range } = {}) => {
      open += 1;
      reads += 1;
      const part = range === undefined ? bytes : bytes.slice(range.start, range.end + 1);
      const body = new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            controller.enqueue(part);
            controller.close();
            open -= 1;
          },
          cancel() {
            open -= 1;
          },
        },
        { highWaterMark: 0 },
      );
      return { body, byteLength: bytes.byteLength };
    },
  };
  return { storage, open: () => open, reads: () => reads };
}

function serving(storage: Storage, contentType: string): Hono<RouterEnv> {
  const media = { storageKey: "a/b", contentType, byteLength: bytes.byteLength, hash: "h1" };
  const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const deps = { clock: fakeClock(), logger, storage, unread: createUnreadResponses({ maxSize: 9 }) };
  const app = new Hono<RouterEnv>();
  app.onError((error, c) =>
    ServiceError.isInstance(error) && error.code === "range_not_satisfiable"
      ? c.text("", 416, { ...error.headers })
      : c.text("", 500),
  );
  return app.get("/", (c) =>
    serveMedia(c, { deps, media, cut: cutBodyOf(c), isDownload: false, fileName: "gen_1-0.html" }),
  );
}

describe("serveMedia", () => {
  it.each(["text/html", "image/svg+xml", "application/pdf", "image/png; x", ""])(
    "never lets a browser display content type %j",
    async (contentType) => {
      const response = await serving(watched().storage, contentType).request("/", {}, {});
      expect(response.headers.get("content-type")).toBe("application/octet-stream");
      expect(response.headers.get("content-disposition")).toBe('attachment; filename="gen_1-0.html"');
    },
  );

  it.each(["image/png", "image/jpeg", "image/webp", "image/gif", "image/avif", "video/mp4", "audio/mpeg"])(
    "lets a browser display %s",
    async (contentType) => {
      const response = await serving(watched().storage, contentType).request("/", {}, {});
      expect(response.headers.get("content-type")).toBe(contentType);
      expect(response.headers.get("content-disposition")).toBe("inline");
    },
  );

  it.each([
    ["GET", {}, 200],
    ["GET", { range: "bytes=1-2" }, 206],
    ["GET", { range: "bytes=100-" }, 416],
    ["GET", { "if-none-match": '"h1"' }, 304],
    ["HEAD", {}, 200],
    ["HEAD", { range: "bytes=1-2" }, 200],
  ] as const)(
    "reads the storage at most once and closes every stream after %s with %j",
    async (method, headers, status) => {
      const { storage, open, reads } = watched();
      const response = await serving(storage, "image/png").request("/", { method, headers }, {});
      expect(response.status).toBe(status);
      await response.arrayBuffer();
      expect(open()).toBe(0);
      expect(reads()).toBeLessThanOrEqual(1);
    },
  );
});
