import { Hono } from "hono";
import { expect, it } from "vitest";
import { openAdmin } from "../../../testing/admin/open-admin.js";
import { testServer } from "../../../testing/test-server.js";

const closed = { authorize: () => null, mediaOrigins: ["https://bucket.example"] };

it.each(["", "/generations", "/assets/style.css"])(
  "has no header of its own while it is closed, at %j",
  async (path) => {
    const { safelight } = await testServer({ publicUrl: "https://app.example" });
    const response = await openAdmin(safelight, closed).get(path, { accept: "text/html" });
    expect([response.status, await response.text(), [...response.headers.keys()]]).toEqual([
      404,
      "404 Not Found",
      ["content-type"],
    ]);
  },
);

it("responds in a Hono app with the host's own 404 while it is closed or mounted elsewhere", async () => {
  const { safelight } = await testServer();
  const host = new Hono()
    .notFound((c) => c.html("<h1>Nothing here</h1>", 404, { "x-host": "yes" }))
    .route("/admin/safelight", openAdmin(safelight, closed).admin.app)
    .route("/elsewhere", openAdmin(safelight).admin.app);
  const load = async (path: string) => {
    const response = await host.request(path);
    return [response.status, await response.text(), [...response.headers]];
  };
  const unknown = await load("/unknown");
  expect(unknown[1]).toBe("<h1>Nothing here</h1>");
  expect(await load("/admin/safelight")).toEqual(unknown);
  expect(await load("/admin/safelight/generations")).toEqual(unknown);
  expect(await load("/elsewhere")).toEqual(unknown);
});
