import { describe, expect, it } from "vitest";
import { generationOf, problemOf, testServer } from "../../../../testing/test-server.js";

describe("GET /:id", () => {
  it("returns the generation, its tag and the poll interval", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    const response = await ann.get(`/${id}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("etag")).toMatch(/^W\/"v1-\d+-q0"$/);
    expect(response.headers.get("safelight-poll-after-ms")).toBe("1000");
    expect(await generationOf(response)).toMatchObject({ id, status: "pending" });
  });

  it("has a long poll interval once it has ended", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    await ann.finish(id);
    expect((await ann.get(`/${id}`)).headers.get("safelight-poll-after-ms")).toBe("30000");
  });

  it("responds 304 without a body while the tag matches", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    const etag = (await ann.get(`/${id}`)).headers.get("etag") ?? "";
    for (const known of [etag, etag.replace("W/", ""), `"other", ${etag}`, "*"]) {
      const response = await ann.get(`/${id}`, { "if-none-match": known });
      expect(response.status).toBe(304);
      expect(response.headers.get("etag")).toBe(etag);
      expect(await response.text()).toBe("");
    }
    expect((await ann.get(`/${id}`, { "if-none-match": `W/"v2-1"` })).status).toBe(200);
  });

  it("changes the tag with each visible change, and when its URLs change", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.finish(id);
    const tag = async () => (await ann.get(`/${id}`)).headers.get("etag");
    const ended = await tag();
    server.clock.skip(300_000);
    const later = await tag();
    expect(later).not.toBe(ended);
    await ann.post("/seen", { ids: [id] });
    expect(await tag()).not.toBe(later);
  });

  it("responds at once when the tag does not match", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    expect((await ann.get(`/${id}?wait=25`)).status).toBe(200);
    expect((await ann.get(`/${id}?wait=25`, { "if-none-match": `"old"` })).status).toBe(200);
    expect((await ann.get(`/${id}?wait=0`, { "if-none-match": "*" })).status).toBe(304);
  });

  it("ends a wait as soon as the generation changes", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    const etag = (await ann.get(`/${id}`)).headers.get("etag") ?? "";
    const waiting = ann.get(`/${id}?wait=25`, { "if-none-match": etag });
    await server.clock.advance(5_000);
    await ann.post(`/${id}/cancel`);
    expect(await generationOf(await waiting)).toMatchObject({ status: "canceled" });
    expect(server.clock.pending()).toEqual([]);
  });

  it("responds 304 when the wait is over, after at most 25 seconds", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    const etag = (await ann.get(`/${id}`)).headers.get("etag") ?? "";
    const waiting = ann.get(`/${id}?wait=600`, { "if-none-match": etag });
    await server.clock.advance(24_999);
    expect(server.clock.pending()).toEqual([1]);
    await server.clock.advance(1);
    const response = await waiting;
    expect(response.status).toBe(304);
    expect(response.headers.get("etag")).toBe(etag);
  });

  it("does not wait for an ended generation", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.finish(id);
    const etag = (await ann.get(`/${id}`)).headers.get("etag") ?? "";
    const timers = server.clock.pending();
    expect((await ann.get(`/${id}?wait=25`, { "if-none-match": etag })).status).toBe(304);
    expect(server.clock.pending()).toEqual(timers);
    await ann.delete(`/${id}`);
    const response = await ann.get(`/${id}?wait=25`, { "if-none-match": etag });
    expect((await problemOf(response)).code).toBe("not_found");
  });
});
