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

describe("POST /tick/:id", () => {
  const unknownId = "gen_00000000-0000-7000-8000-fffffffffff0";
  const deliver = (server: Pick<TestServer<never>, "request">, id: string, token = secret) =>
    server.request(null, `/tick/${id}`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
  const nextOf = async (response: Response): Promise<number | null> => {
    expect(response.status).toBe(200);
    return (await bodyOf<{ readonly nextInMs: number | null }>(response)).nextInMs;
  };

  it("completes one generation, and no other", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    const other = await ann.submit();
    const delays: (number | null)[] = [];
    for (let count = 0; count < 3; count += 1) {
      const nextInMs = await nextOf(await deliver(server, id));
      delays.push(nextInMs);
      server.clock.skip(nextInMs ?? 0);
    }
    expect(delays).toEqual([expect.any(Number), null, null]);
    expect((await generationOf(await ann.get(`/${id}`))).status).toBe("completed");
    expect((await generationOf(await ann.get(`/${other.id}`))).status).toBe("pending");
  });

  it("responds with null for an unknown generation, and with 404 for a malformed id", async () => {
    const server = await testServer();
    expect(await nextOf(await deliver(server, unknownId))).toBeNull();
    expect((await deliver(server, "gen_1")).status).toBe(404);
  });

  it("responds 401 without the tick secret, and does no work", async () => {
    const server = await testServer();
    const { id } = await server.as("ann").submit();
    for (const token of ["ann", `${secret}x`, ""]) {
      const response = await deliver(server, id, token);
      expect([token, response.status]).toEqual([token, 401]);
      expect((await problemOf(response)).code).toBe("unauthenticated");
    }
    expect(await server.safelight.worker.tick()).toBe(1);
  });
});
