import { describe, expect, it } from "vitest";
import { z } from "zod";
import { accepted } from "../../../../testing/fakes/scripted-provider.js";
import { webhookCall } from "../../../../testing/fakes/webhook-vendor.js";
import { problemOf, testServer } from "../../../../testing/test-server.js";
import { deliver, publicUrl, scripted, sent, tick } from "../../../../testing/webhook-scene.js";
import { defineModel } from "../../model/define-model.js";

describe("a token", () => {
  it("is valid for its attempt at its provider only, and no other request's body is read", async () => {
    const first = scripted({ id: "first", submit: [accepted({ job: 1 })] });
    const given = await sent(first);
    const { server, id, url = "" } = given;
    const other = await server.as("ann").submit();
    await tick(given);
    const token = url.split("/").at(-1) ?? "";
    const signature = token.split(".").at(-1) ?? "";
    const otherToken = first.submits[1]?.webhookUrl?.split("/").at(-1) ?? "";
    const paths = [
      `/webhooks/second/${token}`,
      `/webhooks/first%0A/${token}`,
      `/webhooks/first/${id}.2.${signature}`,
      `/webhooks/first/${id}.01.${signature}`,
      `/webhooks/first/${other.id}.1.${signature}`,
      `/webhooks/first/${id}.1.${otherToken.split(".").at(-1)}`,
      `/webhooks/first/${id}.1.${"A".repeat(43)}`,
      `/webhooks/first/${id}.1.`,
      `/webhooks/first/${id}.1`,
      `/webhooks/first/${token}.`,
      `/webhooks/first/${token.toUpperCase()}`,
      "/webhooks/first/x",
    ];
    for (const path of paths) {
      const { init } = await webhookCall(url, 1, { timestamp: server.clock.now() });
      const body = new ReadableStream(
        {
          pull: () => {
            throw new Error("the body was read");
          },
        },
        { highWaterMark: 0 },
      );
      const response = await server.request(null, path, { ...init, body, duplex: "half" } as RequestInit);
      expect([path, response.status]).toEqual([path, 404]);
      expect((await problemOf(response)).code).toBe("not_found");
    }
    expect(await tick(given)).toBe(0);
    expect((await deliver({ ...given, job: "1" })).status).toBe(200);
  });

  it("is valid as long as one of the secrets has signed it", async () => {
    const secrets = ["the secret of yesterday, kept for a while", "the secret of today, the new one"] as const;
    const provider = scripted();
    const given = await sent(provider, {}, { secret: secrets[0] });
    const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 });
    const { store, clock } = given.server;
    const later = async (secret: readonly [string, ...string[]]) =>
      deliver({ ...given, server: await testServer({ models: { flux }, publicUrl, store, clock, secret }) });
    expect((await later([secrets[1]])).status).toBe(404);
    expect((await later([secrets[1], secrets[0]])).status).toBe(200);
  });

  it("is invalid for a provider without webhooks, or one that the model no longer uses", async () => {
    const provider = scripted();
    const given = await sent(provider);
    const { store, clock } = given.server;
    const { verifyWebhook: _, ...rest } = provider;
    const withoutWebhooks = { ...rest, capabilities: { ...rest.capabilities, webhook: false } };
    for (const provider of [withoutWebhooks, scripted({ id: "another" })]) {
      const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 });
      const server = await testServer({ models: { flux }, publicUrl, store, clock });
      expect((await deliver({ ...given, server })).status).toBe(404);
    }
  });
});
