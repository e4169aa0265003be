import { expect, it } from "vitest";
import { testServer } from "../../../testing/test-server.js";

it("responds with 401 and warns once when identify returns undefined", async () => {
  // As in JavaScript: an arrow function with braces and without a `return`.
  const identify = (() => undefined) as unknown as () => null;
  const server = await testServer({ identify });
  for (let request = 0; request < 2; request += 1) expect((await server.request(null, "/active")).status).toBe(401);
  expect(server.logs.map(({ level, message }) => [level, message])).toEqual([
    ["warn", "identify returned undefined: return null for a signed-out caller."],
  ]);
});

it("responds with 401 and no warning when identify returns null", async () => {
  const server = await testServer({ identify: () => null });
  expect((await server.request(null, "/active")).status).toBe(401);
  expect(server.logs).toEqual([]);
});
