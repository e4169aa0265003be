import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { done, type ProviderScript, scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { bodyOf, problemOf, testServer } from "../../../testing/test-server.js";
import { defineModel } from "../model/define-model.js";
import type { OperationStatus } from "../ports/provider.js";
import type { EndEvent, Hooks, Submission } from "../service/hooks.js";

/** A server whose hooks record their events. */
async function serverWithHooks(script: ProviderScript<{ prompt: string }> = { poll: [done()] }, more: Hooks = {}) {
  const received: EndEvent[] = [];
  const record = (event: EndEvent) => void received.push(event);
  const hooks = { onCompleted: record, onFailed: record, onCanceled: record, onRefunded: record, ...more };
  const provider = scriptedProvider<{ prompt: string }>(script);
  const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4, outputs: 2 });
  const server = await testServer({ models: { flux }, hooks });
  const drain = async (rounds = 3) => {
    for (let round = 0; round < rounds; round += 1) {
      await server.safelight.worker.tick();
      server.clock.skip(60_000);
    }
  };
  return { server, ann: server.as("ann"), received, drain, provider };
}

const blocked: OperationStatus = { type: "failed", failure: { code: "content_blocked", message: "filtered" } };

describe("hooks for ends", () => {
  it("receive a completed generation after its commit, with the owner's view and its costs", async () => {
    const costs = [
      { amount: 3, unit: "bfl-credits" },
      { amount: 0.5, unit: "megapixels" },
    ];
    const charged = { ...done(1, 2), costs };
    const { ann, received, drain } = await serverWithHooks({ poll: [charged] });
    const { id } = await ann.submit({ prompt: "a lake" }, { metadata: { order: "7" } });
    await ann.finish(id);
    await drain();
    expect(received).toMatchObject([
      {
        key: `${id}:completed`,
        type: "completed",
        generationId: id,
        ownerId: "ann",
        accountId: "ann",
        model: "flux",
        status: "completed",
        failureCode: null,
        credits: 4,
        refundedCredits: 0,
        costs: costs.map((cost) => ({ providerId: "scripted", ...cost })),
        generation: { id, status: "completed", metadata: { order: "7" }, outputs: [{ index: 0 }, { index: 1 }] },
      },
    ]);
  });

  it("receive a refund in addition to the end, also a partial refund", async () => {
    const { ann, received, drain } = await serverWithHooks({ poll: [done(1)] });
    const { id } = await ann.submit();
    await ann.finish(id);
    await drain();
    const keys = received.map(({ key, refundedCredits }) => [key, refundedCredits]);
    expect(keys.toSorted()).toEqual([
      [`${id}:completed`, 2],
      [`${id}:refunded`, 2],
    ]);
  });

  it("receive a failure and its refund", async () => {
    const { ann, received, drain } = await serverWithHooks({ poll: [blocked] });
    const { id } = await ann.submit();
    await ann.finish(id);
    await drain();
    expect(received.map(({ key, failureCode }) => [key, failureCode]).toSorted()).toEqual([
      [`${id}:failed`, "content_rejected"],
      [`${id}:refunded`, "content_rejected"],
    ]);
  });

  it("receive a cancel without a worker once, also when it is requested twice", async () => {
    const { ann, received, drain } = await serverWithHooks();
    const { id } = await ann.submit();
    await ann.post(`/${id}/cancel`);
    await ann.post(`/${id}/cancel`);
    await drain();
    expect(received.map(({ key }) => key).toSorted()).toEqual([`${id}:canceled`, `${id}:refunded`]);
  });

  it("receive an event again with the same key if they throw, without delaying other hooks", async () => {
    let failures = 3;
    const keys: string[] = [];
    const onFailed = function sendMail({ key }: EndEvent) {
      keys.push(key);
      failures -= 1;
      if (failures > 0) throw new Error("the mail server is unavailable");
    };
    const { ann, received, drain, server } = await serverWithHooks({ poll: [blocked] }, { onFailed });
    const { id } = await ann.submit();
    await ann.finish(id);
    await drain(1);
    expect(received.map(({ key }) => key)).toEqual([`${id}:refunded`]);
    await drain(40);
    expect(keys).toEqual([`${id}:failed`, `${id}:failed`, `${id}:failed`]);
    expect(received).toHaveLength(1);
    const lines = server.logs.filter(({ message }) => message === "Could not deliver an announcement; retrying.");
    expect(lines).toHaveLength(2);
    expect(lines[0]?.fields.error).toMatch(/^Error: the mail server is unavailable\n {4}at .*sendMail /);
  });

  it("are no longer called after about four days, with an error in the log", async () => {
    let calls = 0;
    const onFailed = () => {
      calls += 1;
      throw new Error("unavailable");
    };
    const { ann, drain, server } = await serverWithHooks({ poll: [blocked] }, { onFailed });
    await ann.finish((await ann.submit()).id);
    for (let round = 0; round < 120; round += 1) {
      server.clock.skip(3_600_000);
      await drain(1);
    }
    expect(calls).toBe(100);
    expect(
      server.logs.filter(({ message }) => message === "Could not deliver an announcement; giving up."),
    ).toHaveLength(1);
  });

  it("receive a deleted generation without its content", async () => {
    const { ann, received, drain } = await serverWithHooks();
    const { id } = await ann.submit();
    await ann.post(`/${id}/cancel`);
    expect((await ann.delete(`/${id}`)).status).toBe(204);
    await drain();
    expect(received).toMatchObject([{ generation: null }, { generation: null }]);
    expect(received.map(({ ownerId, credits }) => [ownerId, credits])).toEqual([
      ["ann", 4],
      ["ann", 4],
    ]);
  });

  it("cause no outbox items if there are none", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.post(`/${id}/cancel`);
    const topics = ["announce_to_hook", "announce_to_webhook"] as const;
    expect(await server.store.nextDueInMs({ models: [], topics })).toBeNull();
  });

  it("keep their outbox items from a worker without hooks", async () => {
    const { ann, server } = await serverWithHooks();
    const { id } = await ann.submit();
    await ann.post(`/${id}/cancel`);
    const others = await server.store.claimOutbox({
      models: ["flux"],
      topics: ["delete_objects", "delete_prefix", "cancel_job", "announce_to_webhook"],
      limit: 10,
      leaseMs: 1_000,
    });
    expect(others).toEqual([]);
  });
});

describe("beforeSubmit", () => {
  it("refuses a submit before the charge, with a detail for the owner", async () => {
    const seen: Submission[] = [];
    const beforeSubmit: Hooks["beforeSubmit"] = (submission) => {
      seen.push(submission);
      return { code: "content_blocked", detail: "No real people, please." };
    };
    const { ann, server } = await serverWithHooks({}, { beforeSubmit });
    const refused = await ann.post("", { model: "flux", input: { prompt: "a king" }, scope: "poster" });
    expect(refused.status).toBe(422);
    expect(await problemOf(refused)).toMatchObject({ code: "content_blocked", detail: "No real people, please." });
    expect(seen).toEqual([
      {
        caller: { ownerId: "ann", accountId: "ann" },
        model: "flux",
        input: { prompt: "a king" },
        sentInput: { prompt: "a king" },
        scope: "poster",
        metadata: null,
        credits: 4,
        retryOf: null,
      },
    ]);
    expect(await bodyOf(await ann.get("/credits"))).toMatchObject({ balance: 100, entries: [] });
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("logs the reason of a refusal with the owner's tag, and sends it to no client", async () => {
    const reason = `word list: ${"x".repeat(2_000)}`;
    const { ann, server } = await serverWithHooks({}, { beforeSubmit: () => ({ code: "content_blocked", reason }) });
    const { ownerTag } = await bodyOf<{ ownerTag: string }>(await ann.get("/active"));
    const input = { prompt: "a king" };
    const single = await ann.post("", { model: "flux", input });
    const many = await ann.post("/many", { model: "flux", inputs: [input] });
    for (const refused of [single, many]) {
      expect(refused.status).toBe(422);
      expect(`${await refused.text()}${JSON.stringify([...refused.headers])}`).not.toContain("word list");
    }
    const lines = server.logs.filter(({ fields }) => fields.event === "submit.refused");
    const fields = { event: "submit.refused", ownerTag, model: "flux", code: "content_blocked" };
    const line = { level: "warn", fields: { ...fields, reason: `${reason.slice(0, 999)}…` } };
    expect(lines).toMatchObject([line, line]);
    expect(JSON.stringify(lines)).not.toContain('"ann"');
  });

  it("refuses a caller with forbidden", async () => {
    const { ann } = await serverWithHooks({}, { beforeSubmit: async () => ({ code: "forbidden" }) });
    expect((await ann.post("", { model: "flux", input: { prompt: "a lake" } })).status).toBe(403);
  });

  it("is called for a submit and a retry, not for a repeated key", async () => {
    const retries: (string | null)[] = [];
    const beforeSubmit: Hooks["beforeSubmit"] = ({ retryOf }) => {
      retries.push(retryOf);
      return undefined;
    };
    const { ann } = await serverWithHooks({ poll: [blocked] }, { beforeSubmit });
    const body = { model: "flux", input: { prompt: "a lake" } };
    const first = await ann.post("", body, { "idempotency-key": "one" });
    expect((await ann.post("", body, { "idempotency-key": "one" })).status).toBe(200);
    const { generation } = await bodyOf<{ generation: { id: string } }>(first);
    await ann.finish(generation.id);
    expect((await ann.post(`/${generation.id}/retry`, {})).status).toBe(202);
    expect(retries).toEqual([null, generation.id]);
  });

  it("does not refuse a concurrent duplicate of an accepted submit", async () => {
    // The first submit passes once its duplicate reaches the hook. The duplicate is refused after the first submit was accepted.
    const calls = new EventTarget();
    let count = 0;
    const beforeSubmit: Hooks["beforeSubmit"] = async () => {
      count += 1;
      if (count === 1) {
        await once(calls, "duplicate");
        return undefined;
      }
      calls.dispatchEvent(new Event("duplicate"));
      await once(calls, "accepted");
      return { code: "forbidden" };
    };
    const { ann } = await serverWithHooks({ poll: [blocked] }, { beforeSubmit });
    const post = () => ann.post("", { model: "flux", input: { prompt: "a lake" } }, { "idempotency-key": "one" });
    const first = post().finally(() => calls.dispatchEvent(new Event("accepted")));
    const duplicate = await post();
    expect([(await first).status, duplicate.status]).toEqual([202, 200]);
  });

  it.each([true, false, "ok", {}, { code: "maybe" }])(
    "fails the submit with 500 and no charge when it returns %j",
    async (result) => {
      // The cast stands for a host without types.
      const { ann } = await serverWithHooks({}, { beforeSubmit: (() => result) as never });
      const response = await ann.post("", { model: "flux", input: { prompt: "a lake" } });
      expect(response.status).toBe(500);
      expect(await bodyOf(await ann.get("/credits"))).toMatchObject({ balance: 100 });
    },
  );

  it("does not change the submit when it mutates its argument", async () => {
    const beforeSubmit: Hooks["beforeSubmit"] = (submission) => {
      Object.assign(Object(submission.input), { prompt: "a sea" });
      Object.assign(Object(submission.sentInput), { prompt: "a sea" });
      return undefined;
    };
    const { ann, drain, provider } = await serverWithHooks({}, { beforeSubmit });
    expect(await ann.submit({ prompt: "a lake" })).toMatchObject({ input: { prompt: "a lake" } });
    await drain(1);
    expect(provider.submits).toMatchObject([{ input: { prompt: "a lake" } }]);
  });

  it("fails the submit with 500 and no charge when it throws", async () => {
    const beforeSubmit = () =>
      Promise.reject(new Error("moderation is unavailable", { cause: new Error("no such host") }));
    const { ann, server } = await serverWithHooks({}, { beforeSubmit });
    const response = await ann.post("", { model: "flux", input: { prompt: "a lake" } });
    expect(response.status).toBe(500);
    const { fields } = server.logs.find(({ message }) => message === "Request failed with an internal error.") ?? {};
    expect(fields?.stack).toMatch(
      /moderation is unavailable\n {4}at .*beforeSubmit [\s\S]*caused by Error: no such host\n {4}at /,
    );
    expect(await bodyOf(await ann.get("/credits"))).toMatchObject({ balance: 100 });
  });
});
