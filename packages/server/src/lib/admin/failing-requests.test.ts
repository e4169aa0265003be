import { expect, it } from "vitest";
import { openAdmin } from "../../../testing/admin/open-admin.js";
import { testServer } from "../../../testing/test-server.js";
import { StoreUnavailable } from "../ports/store/store-unavailable.js";

const reason = "ticket 7";

it("is closed to a request whose authorize takes longer than 30 s", async () => {
  const { clock, safelight } = await testServer();
  const { get } = openAdmin(safelight, { authorize: () => new Promise(() => {}) });
  const response = get("/");
  await clock.advance(30_000);
  expect((await response).status).toBe(404);
});

it("shows a generation without a link when links throws", async () => {
  const server = await testServer();
  const { id } = await server.as("ada").submit();
  const fail = () => {
    throw new Error("no such user");
  };
  const { html } = openAdmin(server.safelight, { links: { owner: fail, account: () => "https://host.example/ada" } });
  const page = await html(`/generations/${id}`);
  expect(page).toContain(`<code>${id}</code>`);
  expect(page.match(/open in the host/g)).toHaveLength(1);
});

it.each([
  [{ isFrozen: true }, "The database is read-only for a short time, because it is moved. Send the same request again."],
  [{}, "The database could not be reached. Send the same request again."],
])("responds with 503 while the store is unavailable, %j, and logs a warning", async (options, error) => {
  const server = await testServer();
  await server.as("ada").submit();
  server.store.adjustByOperator = () => Promise.reject(new StoreUnavailable("unavailable", options));
  const { post } = openAdmin(server.safelight);
  const response = await post("/accounts/adjust", { id: "ada", amount: 1, key: "form-1234", reason });
  expect([response.status, await response.json()]).toEqual([503, { status: 503, error }]);
  expect(response.headers.get("retry-after")).toBe("1");
  expect(server.logs.map(({ level, fields }) => [level, fields.event])).toContainEqual(["warn", "request.unavailable"]);
  expect(server.logs.filter(({ level }) => level === "error")).toEqual([]);
});
