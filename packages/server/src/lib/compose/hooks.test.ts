import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { done, type ProviderScript, scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { bodyOf, problemOf, testServer } from "../../../testing/test-server.js";
import { defineModel } from "../model/define-model.js";
import type { OperationStatus } from "../ports/provider.js";
import type { EndEvent, Hooks, Submission } from "../service/hooks.js";

/** A server whose hooks record their events. */
async function listening(script: ProviderScript<{ prompt: string }> = { poll: [done()] }, more: Hooks = {}) {
  const told: EndEvent[] = [];
  const tell = (event: EndEvent) => void told.push(event);
  const hooks = { onCompleted: tell, onFailed: tell, onCanceled: tell, onRefunded: tell, ...more };
  const provider = scriptedProvider<{ prompt: string }>(script);
  const flux = defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4, outputs: 2 });
  const server = await testServer({ models: { flux }, hooks });
  const drain = async (rounds = 3) => {
    for (let round = 0; round < rounds; round += 1) {
      await server.safelight.worker.tick();
      server.clock.skip(60_000);
    }
  };
  return { server, ann: server.as("ann"), told, drain, provider };
}

const blocked: OperationStatus = { type: "failed", failure: { code: "content_blocked", message: "filtered" } };

describe("hooks that are told of ends", () => {
  it("hear of a success once it is committed, with what the owner sees and what it cost", async () => {
    const costs = [
      { amount: 3, unit: "bfl-credits" },
      { amount: 0.5, unit: "megapixels" },
    ];
    const charged = { ...done(1, 2), costs };
    const { ann, told, drain } = await listening({ poll: [charged] });
    const { id } = await ann.submit({ prompt: "a lake" }, { metadata: { order: "7" } });
    await ann.finish(id);
    await drain();
    expect(told).toMatchObject([
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

  it("hear of what went back beside the end, also of a part", async () => {
    const { ann, told, drain } = await listening({ poll: [done(1)] });
    const { id } = await ann.submit();
    await ann.finish(id);
    await drain();
    const keys = told.map(({ key, refundedCredits }) => [key, refundedCredits]);
    expect(keys.toSorted()).toEqual([
      [`${id}:completed`, 2],
      [`${id}:refunded`, 2],
    ]);
  });

  it("hear of a failure and its refund", async () => {
    const { ann, told, drain } = await listening({ poll: [blocked] });
    const { id } = await ann.submit();
    await ann.finish(id);
    await drain();
    expect(told.map(({ key, failureCode }) => [key, failureCode]).toSorted()).toEqual([
      [`${id}:failed`, "content_rejected"],
      [`${id}:refunded`, "content_rejected"],
    ]);
  });

  it("hear of a cancel that needs no worker, once, however often it is asked for", async () => {
    const { ann, told, drain } = await listening();
    const { id } = await ann.submit();
    await ann.post(`/${id}/cancel`);
    await ann.post(`/${id}/cancel`);
    await drain();
    expect(told.map(({ key }) => key).toSorted()).toEqual([`${id}:canceled`, `${id}:refunded`]);
  });

  it("are told again, under the same key, where they throw, and others need not wait for them", async () => {
    let failures = 3;
    const keys: string[] = [];
    const onFailed = function sendMail({ key }: EndEvent) {
      keys.push(key);
      failures -= 1;
      if (failures > 0) throw new Error("the mail server is away");
    };
    const { ann, told, drain, server } = await listening({ poll: [blocked] }, { onFailed });
    const { id } = await ann.submit();
    await ann.finish(id);
    await drain(1);
    expect(told.map(({ key }) => key)).toEqual([`${id}:refunded`]);
    await drain(40);
    expect(keys).toEqual([`${id}:failed`, `${id}:failed`, `${id}:failed`]);
    expect(told).toHaveLength(1);
    const lines = server.logs.filter(({ message }) => message === "Could not deliver an announcement; retrying.");
    expect(lines).toHaveLength(2);
    expect(lines[0]?.fields.error).toMatch(/^Error: the mail server is away\n {4}at .*sendMail /);
  });

  it("are given up after about four days, with an error in the log", async () => {
    let calls = 0;
    const onFailed = () => {
      calls += 1;
      throw new Error("gone for good");
    };
    const { ann, drain, server } = await listening({ poll: [blocked] }, { onFailed });
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

  it("hear of what was deleted since without its content", async () => {
    const { ann, told, drain } = await listening();
    const { id } = await ann.submit();
    await ann.post(`/${id}/cancel`);
    expect((await ann.delete(`/${id}`)).status).toBe(204);
    await drain();
    expect(told).toMatchObject([{ generation: null }, { generation: null }]);
    expect(told.map(({ ownerId, credits }) => [ownerId, credits])).toEqual([
      ["ann", 4],
      ["ann", 4],
    ]);
  });

  it("leave nothing in the database where there are none", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.post(`/${id}/cancel`);
    const topics = ["announce_to_hook", "announce_to_webhook"] as const;
    expect(await server.store.nextDueInMs({ models: [], topics })).toBeNull();
  });

  it("are left alone by a worker that has none", async () => {
    const { ann, server } = await listening();
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
  it("refuses before anything is charged, with words for the owner", async () => {
    const seen: Submission[] = [];
    const beforeSubmit: Hooks["beforeSubmit"] = (submission) => {
      seen.push(submission);
      return { code: "content_blocked", detail: "No real people, please." };
    };
    const { ann, server } = await listening({}, { beforeSubmit });
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

  it("says who may not", async () => {
    const { ann } = await listening({}, { beforeSubmit: async () => ({ code: "forbidden" }) });
    expect((await ann.post("", { model: "flux", input: { prompt: "a lake" } })).status).toBe(403);
  });

  it("lets pass, is not asked for a repeat of a key, and is asked for a retry", async () => {
    const retries: (string | null)[] = [];
    const beforeSubmit: Hooks["beforeSubmit"] = ({ retryOf }) => {
      retries.push(retryOf);
      return undefined;
    };
    const { ann } = await listening({ poll: [blocked] }, { beforeSubmit });
    const body = { model: "flux", input: { prompt: "a lake" } };
    const first = await ann.post("", body, { "idempotency-key": "one" });
    expect((await ann.post("", body, { "idempotency-key": "one" })).status).toBe(200);
    const { generation } = await bodyOf<{ generation: { id: string } }>(first);
    await ann.finish(generation.id);
    expect((await ann.post(`/${generation.id}/retry`, {})).status).toBe(202);
    expect(retries).toEqual([null, generation.id]);
  });

  it("refuses no copy of what it has let through: that is answered like the one that came first", async () => {
    // The first submit passes once its copy reaches the hook. The copy is refused after the first submit was accepted.
    const asked = new EventTarget();
    let count = 0;
    const beforeSubmit: Hooks["beforeSubmit"] = async () => {
      count += 1;
      if (count === 1) {
        await once(asked, "copy");
        return undefined;
      }
      asked.dispatchEvent(new Event("copy"));
      await once(asked, "accepted");
      return { code: "forbidden" };
    };
    const { ann } = await listening({ poll: [blocked] }, { beforeSubmit });
    const post = () => ann.post("", { model: "flux", input: { prompt: "a lake" } }, { "idempotency-key": "one" });
    const first = post().finally(() => asked.dispatchEvent(new Event("accepted")));
    const copy = await post();
    expect([(await first).status, copy.status]).toEqual([202, 200]);
  });

  it.each([true, false, "ok", {}, { code: "maybe" }])(
    "that answers %j is answered 500, and nothing is charged",
    async (answer) => {
      // The cast stands for a host without types.
      const { ann } = await listening({}, { beforeSubmit: (() => answer) as never });
      const response = await ann.post("", { model: "flux", input: { prompt: "a lake" } });
      expect(response.status).toBe(500);
      expect(await bodyOf(await ann.get("/credits"))).toMatchObject({ balance: 100 });
    },
  );

  it("changes nothing by changing what it is given", async () => {
    const beforeSubmit: Hooks["beforeSubmit"] = (submission) => {
      Object.assign(Object(submission.input), { prompt: "a sea" });
      Object.assign(Object(submission.sentInput), { prompt: "a sea" });
      return undefined;
    };
    const { ann, drain, provider } = await listening({}, { beforeSubmit });
    expect(await ann.submit({ prompt: "a lake" })).toMatchObject({ input: { prompt: "a lake" } });
    await drain(1);
    expect(provider.submits).toMatchObject([{ input: { prompt: "a lake" } }]);
  });

  it("that throws is answered 500, and nothing is charged", async () => {
    const beforeSubmit = () => Promise.reject(new Error("moderation is away", { cause: new Error("no such host") }));
    const { ann, server } = await listening({}, { beforeSubmit });
    const response = await ann.post("", { model: "flux", input: { prompt: "a lake" } });
    expect(response.status).toBe(500);
    const { fields } = server.logs.find(({ message }) => message === "request failed") ?? {};
    expect(fields?.stack).toMatch(
      /moderation is away\n {4}at .*beforeSubmit [\s\S]*caused by Error: no such host\n {4}at /,
    );
    expect(await bodyOf(await ann.get("/credits"))).toMatchObject({ balance: 100 });
  });
});
