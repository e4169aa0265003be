import { expect, it } from "vitest";
import { testServer } from "../../../../testing/test-server.js";
import { revealedMedia } from "./revealed-media.js";

const get = (path: string) => new Request(`http://127.0.0.1:1${path}`);

it("serves an image only after its URL was rendered, and none without a storage", async () => {
  const { as, storage, store } = await testServer();
  const ada = as("ada");
  const { id } = await ada.finish((await ada.submit()).id);
  const media = revealedMedia({ basePath: "/x/media", storage, store });
  expect(await media.respond(get("/x/generations"))).toBeNull();
  expect((await media.respond(get(`/x/media/${id}/0`)))?.status).toBe(404);
  const url = await media.urlOf({ id, part: 0 });
  const response = await media.respond(get(url));
  expect([response?.status, response?.headers.get("content-type")]).toEqual([200, "image/png"]);
  const bytes = new Uint8Array((await response?.arrayBuffer()) ?? []);
  expect(bytes.byteLength).toBeGreaterThan(0);
  // A browser asks for parts of a video.
  const part = await media.respond(new Request(get(url), { headers: { range: "bytes=1-3" } }));
  expect([part?.status, part?.headers.get("content-range")]).toEqual([206, `bytes 1-3/${bytes.byteLength}`]);
  expect(new Uint8Array((await part?.arrayBuffer()) ?? [])).toEqual(bytes.slice(1, 4));
  expect((await media.respond(get(`/x/media/${id}/1`)))?.status).toBe(404);
  const without = revealedMedia({ basePath: "/x/media", storage: null, store });
  expect((await without.respond(get(await without.urlOf({ id, part: 0 }))))?.status).toBe(404);
});
