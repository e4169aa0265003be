import { describe, expect, it } from "vitest";
import { EventListener } from "../../../../testing/event-listener.js";
import { problemOf, testServer } from "../../../../testing/test-server.js";

describe("a process with a limit of three streams", () => {
  const held = { limits: { maxStreams: 3 } };

  it("refuses a fourth stream of any owner until one has ended", async () => {
    const server = await testServer(held);
    const open = async (owner: string) => new EventListener(await server.request(owner, "/events"));
    const [first, ...others] = [await open("ann"), await open("bob"), await open("bob")];
    for (const owner of ["ann", "eve"]) {
      const response = await server.request(owner, "/events");
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, "30"]);
      expect(await problemOf(response)).toMatchObject({
        code: "unavailable",
        detail: "Too many streams are open.",
        retryable: true,
      });
    }
    // All other routes work.
    const { id } = await server.as("eve").submit();
    expect((await server.as("eve").get(`/${id}`)).status).toBe(200);
    await first?.cancel();
    others.push(await open("eve"));
    expect(others.map(({ response }) => response.status)).toEqual([200, 200, 200]);
    expect((await server.request("ann", "/events")).status).toBe(503);
    await Promise.all(others.map((listener) => listener.cancel()));
  });

  it("counts long polls, and responds at once to those above the limit", async () => {
    const server = await testServer(held);
    const ask = (owner: string) => server.as(owner).get("/active?after=0&wait=25");
    const questions = ["ann", "bob", "eve"].map(ask);
    await expect.poll(() => server.clock.pending().length).toBe(3);
    expect((await ask("zoe")).status).toBe(204);
    expect((await server.request("zoe", "/events")).status).toBe(503);
    await server.clock.advance(25_000);
    for (const response of await Promise.all(questions)) expect(response.status).toBe(204);
    const listener = new EventListener(await server.request("zoe", "/events"));
    expect(listener.response.status).toBe(200);
    await listener.cancel();
  });
});
