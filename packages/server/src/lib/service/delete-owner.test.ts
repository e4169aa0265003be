import type { ActiveChangesResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { done, scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { bodyOf, problemOf, testServer } from "../../../testing/test-server.js";
import { textsWith } from "../../../testing/texts-with.js";
import { defineModel } from "../model/define-model.js";
import { lateBytesMs } from "../ports/late-bytes.js";
import type { Store } from "../ports/store/store.js";

const owner = "ann-who-wants-to-be-forgotten";
const words = [owner, "a prompt of hers", "a note of hers", "a place of hers"];

const traces = (store: Store) => textsWith(store, words);

const runs = { type: "running", progress: 0.5 } as const;

/** A model whose jobs run until the test completes them. */
function heldModel() {
  let isHeld = true;
  const provider = scriptedProvider<{ prompt: string }>({ poll: [() => (isHeld ? runs : done())] });
  return {
    letGo: () => {
      isHeld = false;
    },
    flux: defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 }),
  };
}

describe("safelight.api.deleteOwner", () => {
  it("wakes the worker for an owner with uploads only", async () => {
    const woken: (string | null)[] = [];
    const server = await testServer({
      dispatcher: { enqueue: ({ generationId }) => woken.push(generationId), onWake: () => () => undefined },
    });
    await server.safelight.api.deleteOwner({ ownerId: owner });
    expect(woken).toEqual([null]);
  });

  it("leaves no trace of the owner in the database, and no bytes", async () => {
    const server = await testServer();
    const { api } = server.safelight;
    const ann = server.as(owner);
    const fields = { metadata: { note: "a note of hers" }, scope: "a place of hers" };
    await api.grantCredits({ accountId: owner, amount: 5, key: `welcome of ${owner}`, reason: `a gift for ${owner}` });
    const { id } = await ann.submit({ prompt: "a prompt of hers" }, fields);
    await ann.finish(id);
    const { id: queued } = await ann.submit({ prompt: "a prompt of hers" }, fields);
    const { id: canceled } = await ann.submit({ prompt: "a prompt of hers" }, fields);
    await ann.post(`/${canceled}/cancel`);
    await ann.post("", { model: "flux", input: { prompt: "a prompt of hers" } }, { "idempotency-key": "key" });
    const output = await server.store.getOutput({ id, index: 0 });
    const key = output?.storageKey ?? "";
    expect(await server.storage.get(key)).not.toBeNull();
    await ann.post("/notices/claim", { claim: owner });
    expect(traces(server.store).length).toBeGreaterThan(10);
    expect(traces(server.store)).toContain(`safelight_generations.notice_claim: ${owner}`);

    await api.deleteOwner({ ownerId: owner });
    expect(traces(server.store)).toEqual([]);
    expect((await problemOf(await ann.get(`/${queued}`))).code).toBe("not_found");
    await server.safelight.worker.tick();
    expect(await server.storage.get(key)).toBeNull();
    expect(await server.safelight.audit()).toEqual([]);
    // Again, as after a crash.
    await api.deleteOwner({ ownerId: owner });
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("publishes the new balance to the other owners of the paying account", async () => {
    const hints: string[] = [];
    const eventBus = { hint: (ids: readonly string[]) => hints.push(...ids), onHint: () => () => undefined };
    const server = await testServer({
      identify: ({ headers }) => ({ ownerId: headers.get("authorization") ?? "", accountId: "team" }),
      eventBus,
    });
    await server.as("ann").submit();
    hints.length = 0;
    await server.safelight.api.deleteOwner({ ownerId: "Bearer ann" });
    expect(hints.toSorted()).toEqual(["Bearer ann", "team"]);
  });

  it("leaves no trace of a running generation after the worker has ended it", async () => {
    const { flux, letGo } = heldModel();
    const server = await testServer({ models: { flux } });
    const ann = server.as(owner);
    const fields = { metadata: { note: "a note of hers" }, scope: "a place of hers" };
    const { id, sequence } = await ann.submit({ prompt: "a prompt of hers" }, fields);
    await server.safelight.worker.tick();
    await server.safelight.api.deleteOwner({ ownerId: owner });

    // Only the fields that its worker may still need.
    expect(traces(server.store)).toEqual(['safelight_generations.parsed_input: {"prompt":"a prompt of hers"}']);
    expect(await bodyOf<ActiveChangesResponse>(await ann.get(`/active?after=${sequence}`))).toMatchObject({
      resync: true,
      generations: [],
    });
    letGo();
    for (let round = 0; round < 5; round += 1) {
      server.clock.skip(10_000);
      await server.safelight.worker.tick();
    }
    server.clock.skip(lateBytesMs);
    await server.safelight.worker.tick();
    expect(await server.store.nextDueInMs({ models: ["flux"], topics: ["delete_prefix"] })).toBeNull();
    expect(traces(server.store)).toEqual([]);
    expect(await server.store.getOutput({ id, index: 0 })).toBeNull();
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("completes an erasure after a crash at any step", async () => {
    const server = await testServer({ limits: { rate: false, maxActive: 1_000 }, credits: { initialGrant: 10_000 } });
    const ann = server.as(owner);
    for (let count = 0; count < 5; count += 1) await ann.submit({ prompt: "a prompt of hers" });
    const { store } = server;
    const { active } = await store.listActive({
      ownerId: owner,
      scope: null,
      activeLimit: 100,
      unseenLimit: 0,
      unseenForMs: 0,
      maxUnseenCount: 100,
    });
    for (const { id } of active.slice(0, 3)) await store.requestCancel({ ownerId: owner, id });
    await store.eraseOwner({ ownerId: owner, pseudonym: "deleted_before", limit: 2 });
    expect(await server.safelight.audit()).toEqual([]);
    await server.safelight.api.deleteOwner({ ownerId: owner });
    expect(traces(store)).toEqual([]);
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("moves nothing when the host repeats a movement after the deletion", async () => {
    const server = await testServer();
    const { api, audit } = server.safelight;
    const payment = { accountId: owner, amount: 500, key: `payment of ${owner}` };
    await api.grantCredits(payment);
    const spending = { ...payment, amount: 520, key: "spent" };
    await api.spendCredits(spending);
    await api.deleteOwner({ ownerId: owner });
    expect(await api.grantCredits(payment)).toEqual({ balance: 0 });
    expect(await api.spendCredits(spending)).toEqual({ balance: 0 });
    await expect(api.grantCredits({ ...payment, amount: 501 })).rejects.toMatchObject({ code: "idempotency_mismatch" });
    // A repeat does not bring the owner back.
    expect(traces(server.store)).toEqual([]);

    expect(await api.grantCredits({ ...payment, key: "another payment" })).toEqual({ balance: 600 });
    expect(await api.grantCredits(payment)).toEqual({ balance: 600 });
    expect(await audit()).toEqual([]);
  });

  it("remembers movements for 90 days", async () => {
    const server = await testServer();
    const { api } = server.safelight;
    const payment = { accountId: owner, amount: 500, key: "payment" };
    await api.grantCredits(payment);
    await api.deleteOwner({ ownerId: owner });
    server.clock.skip(90 * 86_400_000 - 1);
    expect(await api.grantCredits(payment)).toEqual({ balance: 0 });
    server.clock.skip(1);
    expect(await api.grantCredits(payment)).toEqual({ balance: 600 });
  });

  it("treats the id as a new owner afterwards", async () => {
    const server = await testServer();
    const ann = server.as(owner);
    await ann.finish((await ann.submit()).id);
    await server.safelight.api.deleteOwner({ ownerId: owner });
    expect(await bodyOf(await ann.get("/"))).toMatchObject({ generations: [] });
    await ann.submit();
    expect(await server.safelight.api.credits({ ownerId: owner })).toMatchObject({ balance: 96 });
  });

  it("rejects an invalid id", async () => {
    const { api } = (await testServer()).safelight;
    await expect(api.deleteOwner({ ownerId: "" })).rejects.toMatchObject({ code: "invalid_input" });
  });
});
