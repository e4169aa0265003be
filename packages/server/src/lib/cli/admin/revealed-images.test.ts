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
  expect((await response?.arrayBuffer())?.byteLength).toBeGreaterThan(0);
  expect((await images.respond(get(`/x/media/${id}/1`)))?.status).toBe(404);
  const without = revealedImages({ basePath: "/x/media", storage: null, store });
  expect((await without.respond(get(await without.urlOf({ id, part: 0 }))))?.status).toBe(404);
});
