import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { testServer } from "../../../testing/test-server.js";
import { verifyStandardWebhook } from "../signing/standard-webhooks.js";

const secret = `whsec_${btoa("a secret of thirty-two bytes ok!")}`;

interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

/** The host's backend: responds with these statuses, one per request, and repeats the last one. */
async function receiver(...statuses: readonly number[]) {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    deliveries.push({ headers: request.headers, body: Buffer.concat(chunks) });
    response.writeHead(statuses[Math.min(deliveries.length, statuses.length) - 1] ?? 204, { location: "/elsewhere" });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/safelight`, deliveries };
}

describe("the webhook of a host", () => {
  it("receives an end and its refund, signed, each with its own key", async () => {
    const { url, deliveries } = await receiver();
    const server = await testServer({ webhook: { url, secret } });
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.post(`/${id}/cancel`);
    await server.safelight.worker.tick();
    const received = await Promise.all(
      deliveries.map(async ({ headers, body }) => {
        const signed = new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)]));
        const verified = await verifyStandardWebhook({ headers: signed, body }, [secret]);
        expect(verified).toMatchObject({ timestamp: Math.floor(server.clock.now() / 1_000) * 1_000 });
        return [verified?.id, JSON.parse(new TextDecoder().decode(body))] as const;
      }),
    );
    expect(received.toSorted(([one], [other]) => (one ?? "").localeCompare(other ?? ""))).toMatchObject([
      [
        `${id}:canceled`,
        { type: "generation.canceled", data: { generationId: id, ownerId: "ann", status: "canceled" } },
      ],
      [`${id}:refunded`, { type: "generation.refunded", data: { refundedCredits: 4, generation: { id } } }],
    ]);
  });

  it("logs why the request failed", async () => {
    const { url } = await receiver();
    const { port } = new URL(url);
    // A port that was just in use; no server listens on it at another address of this machine.
    const server = await testServer({ webhook: { url: `http://127.0.0.9:${port}/`, secret } });
    const ann = server.as("ann");
    await ann.post(`/${(await ann.submit()).id}/cancel`);
    await server.safelight.worker.tick();
    const line = server.logs.find(({ message }) => message === "Could not deliver an announcement; retrying.");
    expect(line?.fields.error).toMatch(/^TypeError: fetch failed\n[\s\S]*caused by Error: connect ECONNREFUSED/);
  });

  it.each([500, 302, 404])(
    "receives an event again after status %i, until it responds with a 2xx status",
    async (status) => {
      const { url, deliveries } = await receiver(status, status, 200);
      const server = await testServer({ webhook: { url, secret } });
      const ann = server.as("ann");
      const { id } = await ann.submit();
      await ann.post(`/${id}/cancel`);
      for (let round = 0; round < 10; round += 1) {
        await server.safelight.worker.tick();
        server.clock.skip(600_000);
      }
      expect(deliveries).toHaveLength(4);
      const ids = deliveries.map(({ headers }) => headers["webhook-id"]).toSorted();
      expect(new Set(ids)).toEqual(new Set([`${id}:canceled`, `${id}:refunded`]));
    },
  );

  it.each([
    [{ url: "not a url", secret }, "webhook.url"],
    [{ url: "ftp://example.com", secret }, "webhook.url"],
    [{ url: "https://example.com", secret: "too short" }, "webhook.secret"],
  ])("is validated by createSafelight: %j", async (webhook, reason) => {
    await expect(testServer({ webhook })).rejects.toThrow(reason);
  });
});
