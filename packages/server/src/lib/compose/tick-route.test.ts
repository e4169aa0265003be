import { describe, expect, it } from "vitest";
import { bodyOf, generationOf, problemOf, type TestServer, testServer } from "../../../testing/test-server.js";

const secret = "a secret that is long enough for tests";

describe("POST /tick", () => {
  const tick = (server: Pick<TestServer<never>, "request">, headers: Record<string, string>) =>
    server.request(null, "/tick", { method: "POST", headers });

  it("completes a generation without a loop", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    const advanced: number[] = [];
    for (let step = 0; step < 3; step += 1) {
      const response = await tick(server, { authorization: `Bearer ${secret}` });
      expect(response.status).toBe(200);
      advanced.push((await bodyOf<{ readonly advanced: number }>(response)).advanced);
      server.clock.skip(10_000);
    }
    expect(advanced).toEqual([1, 1, 0]);
    expect((await generationOf(await ann.get(`/${id}`))).status).toBe("completed");
  });

  it("accepts only tickSecret if it is set", async () => {
    const tickSecret = "a secret for schedulers that is long enough";
    const server = await testServer({ secret, worker: { tickSecret } });
    expect((await tick(server, { authorization: `Bearer ${secret}` })).status).toBe(401);
    expect((await tick(server, { authorization: `Bearer ${tickSecret}` })).status).toBe(200);
    await expect(testServer({ worker: { tickSecret: "short" } })).rejects.toThrow(/worker\.tickSecret/);
  });

  it("accepts each of the rotated secrets, and no other", async () => {
    const old = "an older secret that is long enough too";
    const server = await testServer({ secret: [secret, old] });
    await server.as("ann").submit();
    for (const authorization of ["", "Bearer ", "Bearer ann", `Basic ${secret}`, `Bearer ${secret}x`, secret]) {
      const response = await tick(server, authorization === "" ? {} : { authorization });
      expect([authorization, response.status]).toEqual([authorization, 401]);
      expect((await problemOf(response)).code).toBe("unauthenticated");
    }
    expect(await server.safelight.worker.tick()).toBe(1);
    for (const known of [secret, old]) {
      expect((await tick(server, { authorization: `bearer ${known}` })).status).toBe(200);
    }
  });
});
