import { expect, it } from "vitest";
import { testServer } from "../../../../testing/test-server.js";
import { revealedImages } from "./revealed-images.js";

const get = (path: string) => new Request(`http://127.0.0.1:1${path}`);

it("serves an image only after its URL was rendered, and none without a storage", async () => {
  const { as, storage, store } = await testServer();
  const ada = as("ada");
  const { id } = await ada.finish((await ada.submit()).id);
  const images = revealedImages({ basePath: "/x/media", storage, store });
  expect(await images.respond(get("/x/generations"))).toBeNull();
  expect((await images.respond(get(`/x/media/${id}/0`)))?.status).toBe(404);
  const url = await images.urlOf({ id, part: 0 });
  const response = await images.respond(get(url));
  expect([response?.status, response?.headers.get("content-type")]).toEqual([200, "image/png"]);
  const bytes = new Uint8Array((await response?.arrayBuffer()) ?? []);
  expect(bytes.byteLength).toBeGreaterThan(0);
  // A browser asks for parts of a video.
  const part = await images.respond(new Request(get(url), { headers: { range: "bytes=1-3" } }));
  expect([part?.status, part?.headers.get("content-range")]).toEqual([206, `bytes 1-3/${bytes.byteLength}`]);
  expect(new Uint8Array((await part?.arrayBuffer()) ?? [])).toEqual(bytes.slice(1, 4));
  expect((await images.respond(get(`/x/media/${id}/1`)))?.status).toBe(404);
  const without = revealedImages({ basePath: "/x/media", storage: null, store });
  expect((await without.respond(get(await without.urlOf({ id, part: 0 }))))?.status).toBe(404);
});
