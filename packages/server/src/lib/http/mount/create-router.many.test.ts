import type { CreditsResponse, GroupResponse, HistoryResponse, SubmitManyResponse } from "@safelight/client/contract";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../../testing/fakes/scripted-provider.js";
import { bodyOf, problemOf, type TestServer, type testModels, testServer } from "../../../../testing/test-server.js";
import { defineModel } from "../../model/define-model.js";
import type { Submission } from "../../service/hooks.js";

const two = { model: "flux", inputs: [{ prompt: "a lamp" }, { prompt: "a chair" }] };
const unknownGroup = "grp_01900000-0000-7000-8000-00000000ffff";

/** Submits as Ann, and expects acceptance. */
async function accepted(server: TestServer<typeof testModels>, body: object = two): Promise<SubmitManyResponse> {
  const response = await server.as("ann").post("/many", body);
  expect(response.status).toBe(202);
  return bodyOf<SubmitManyResponse>(response);
}

async function balanceOf(server: Pick<TestServer<typeof testModels>, "as">): Promise<number> {
  return (await bodyOf<CreditsResponse>(await server.as("ann").get("/credits"))).balance;
}

describe("POST /many", () => {
  it("debits and queues a generation for each input, in order", async () => {
    const server = await testServer();
    const response = await server.as("ann").post("/many", { ...two, scope: "poster", metadata: { order: 7 } });
    expect(response.status).toBe(202);
    const { groupId, generations, credits } = await bodyOf<SubmitManyResponse>(response);
    expect(groupId).toMatch(/^grp_[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(generations).toMatchObject([
      { groupId, input: { prompt: "a lamp" }, status: "pending", scope: "poster", metadata: { order: 7 }, credits: 4 },
      { groupId, input: { prompt: "a chair" }, status: "pending", scope: "poster", metadata: { order: 7 }, credits: 4 },
    ]);
    expect(credits).toEqual({ balance: 92 });
    expect(response.headers.get("location")).toBe(`/api/generations?groupId=${groupId}`);
    for (const { id } of generations) expect((await server.as("ann").finish(id)).status).toBe("completed");
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("accepts one of many duplicates with the same key, and returns the same ids to all", async () => {
    const server = await testServer();
    const headers = { "idempotency-key": "one" };
    const send = () => server.as("ann").post("/many", two, headers);
    const responses = await Promise.all(Array.from({ length: 8 }, send));
    const bodies = await Promise.all(responses.map((response) => bodyOf<SubmitManyResponse>(response)));
    const idsOf = ({ generations }: SubmitManyResponse) => generations.map(({ id }) => id);
    expect(new Set(bodies.map((body) => JSON.stringify(idsOf(body)))).size).toBe(1);
    expect(new Set(bodies.map(({ groupId }) => groupId)).size).toBe(1);
    expect(responses.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 200, 200, 202]);
    const replayed = await send();
    expect(replayed.headers.get("idempotent-replayed")).toBe("true");
    expect(await balanceOf(server)).toBe(92);
    const other = await server.as("ann").post("/many", { ...two, scope: "x" }, headers);
    expect((await problemOf(other)).code).toBe("idempotency_mismatch");
    const single = await server.as("ann").post("", { model: "flux", input: { prompt: "x" } }, headers);
    expect((await problemOf(single)).code).toBe("idempotency_mismatch");
  });

  it.each([
    [{ inputs: [{ prompt: "a" }, { prompt: 7 }] }, "invalid_input", ["inputs", 1, "prompt"]],
    [{ inputs: [] }, "invalid_input", ["inputs"]],
    [{ inputs: { prompt: "a" } }, "invalid_input", ["inputs"]],
    [{ inputs: Array.from({ length: 21 }, () => ({ prompt: "a" })) }, "invalid_input", ["inputs"]],
    [{ expectedCredits: 4 }, "price_changed", null],
    [{ model: "none" }, "unknown_model", null],
    [{ notBefore: "tomorrow" }, "invalid_input", ["notBefore"]],
    [{ expiresAfterMs: 0 }, "invalid_input", ["expiresAfterMs"]],
  ])("refuses %j as a whole", async (change, code, path) => {
    const server = await testServer();
    const problem = await problemOf(await server.as("ann").post("/many", { ...two, ...change }));
    expect(problem.code).toBe(code);
    if (path !== null) expect(problem.issues?.[0]?.path).toEqual(path);
    expect(await bodyOf<HistoryResponse>(await server.as("ann").get(""))).toMatchObject({ generations: [] });
    expect(await balanceOf(server)).toBe(100);
  });

  it("charges nothing if the credits cover all but one, or a reference is unknown", async () => {
    const server = await testServer({ credits: { initialGrant: 11 } });
    const three = { ...two, inputs: [...two.inputs, { prompt: "a third" }] };
    const short = await problemOf(await server.as("ann").post("/many", three));
    expect(short).toMatchObject({ code: "insufficient_credits", required: 12, available: 11 });
    const inputs = [{ prompt: "a" }, { prompt: "inp_01900000-0000-7000-8000-00000000ffff" }];
    const unknown = await problemOf(await server.as("ann").post("/many", { ...two, inputs }));
    expect(unknown.issues?.[0]?.path).toEqual(["inputs", 1, "prompt"]);
    expect(await balanceOf(server)).toBe(11);
  });

  it("calls beforeSubmit for each input, and refuses all if it refuses one", async () => {
    const seen: Submission[] = [];
    const beforeSubmit = (submission: Submission) => {
      seen.push(submission);
      return JSON.stringify(submission.input).includes("chair") ? ({ code: "content_blocked" } as const) : undefined;
    };
    const server = await testServer({ hooks: { beforeSubmit } });
    const problem = await problemOf(await server.as("ann").post("/many", two));
    expect(problem.code).toBe("content_blocked");
    expect(seen.map(({ sentInput }) => sentInput)).toEqual(two.inputs);
    expect(await balanceOf(server)).toBe(100);
    await accepted(server, { ...two, inputs: [{ prompt: "a lamp" }] });
  });

  it("counts each input toward the limits before beforeSubmit, also those of a submit that waits for it", async () => {
    let release = (): void => {};
    const released = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    let calls = 0;
    const beforeSubmit = () => {
      calls += 1;
      return released;
    };
    const server = await testServer({ hooks: { beforeSubmit }, limits: { maxActive: 3, rate: false } });
    const first = server.as("ann").post("/many", two);
    await expect.poll(() => calls).toBe(2);
    expect((await problemOf(await server.as("ann").post("/many", two))).code).toBe("too_many_active");
    expect(calls).toBe(2);
    release();
    expect((await first).status).toBe(202);
  });

  it("refuses inputs that exceed the max size together", async () => {
    const large = defineModel({ provider: scriptedProvider<string>(), input: z.string(), credits: 0 });
    const server = await testServer({ models: { flux: large }, limits: { maxBodyBytes: 4_000_000, maxActive: 100 } });
    const inputs = Array.from({ length: 60 }, () => "x".repeat(20_000));
    const problem = await problemOf(await server.as("ann").post("/many", { model: "flux", inputs }));
    expect(problem).toMatchObject({ code: "payload_too_large", detail: expect.stringContaining("1048576") });
  });
});

describe("a group", () => {
  it("is listed newest first, in pages and with filters, for its owner only", async () => {
    const server = await testServer();
    const { groupId, generations } = await accepted(server);
    await server.as("ann").submit({ prompt: "another" });
    const ids = generations.map(({ id }) => id).toReversed();
    const list = async (query: string, user = "ann") =>
      bodyOf<HistoryResponse>(await server.as(user).get(`?groupId=${groupId}${query}`));
    expect((await list("")).generations.map(({ id }) => id)).toEqual(ids);
    const page = await list("&limit=1");
    expect(page.generations.map(({ id }) => id)).toEqual(ids.slice(0, 1));
    const next = await list(`&limit=1&cursor=${page.nextCursor}`);
    expect(next).toMatchObject({ generations: [{ id: ids[1] }], nextCursor: null });
    expect((await list("&status=pending")).generations).toHaveLength(2);
    for (const query of ["&status=completed", "&scope=other", "&model=other"]) {
      expect((await list(query)).generations).toEqual([]);
    }
    expect((await list("", "bob")).generations).toEqual([]);
    expect((await problemOf(await server.as("ann").get("?groupId=none"))).issues?.[0]?.path).toEqual(["groupId"]);
  });

  it("is canceled by its owner, each generation with its decision", async () => {
    const server = await testServer();
    const { groupId, generations } = await accepted(server);
    const [first, second] = generations.map(({ id }) => id);
    await server.as("ann").finish(first ?? "");
    const cancel = () => server.as("ann").post(`/groups/${groupId}/cancel`);
    expect(await bodyOf<GroupResponse>(await cancel())).toMatchObject({
      generations: [
        { id: first, status: "completed", cancellation: { outcome: "already_ended" } },
        { id: second, status: expect.any(String), cancellation: { outcome: expect.any(String) } },
      ],
    });
    expect((await cancel()).status).toBe(200);
    for (const [user, id] of [
      ["bob", groupId],
      ["ann", unknownGroup],
      ["ann", "none"],
    ] as const) {
      expect((await server.as(user).post(`/groups/${id}/cancel`)).status).toBe(404);
    }
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("is canceled a few generations at a time, and a repeat leaves out those that are done", async () => {
    const server = await testServer({ limits: { rate: false, maxActive: false }, credits: { initialGrant: 1_000 } });
    const { groupId } = await accepted(server, { ...two, inputs: Array.from({ length: 12 }, () => two.inputs[0]) });
    const running = new Set<string>();
    let mostRunning = 0;
    const { requestCancel } = server.store;
    const spy = vi.spyOn(server.store, "requestCancel").mockImplementation(async (command) => {
      running.add(command.id);
      mostRunning = Math.max(mostRunning, running.size);
      const verdict = await requestCancel.call(server.store, command);
      running.delete(command.id);
      return verdict;
    });
    const cancel = () => server.as("ann").post(`/groups/${groupId}/cancel`);
    expect((await cancel()).status).toBe(200);
    expect([spy.mock.calls.length, mostRunning]).toEqual([12, 5]);
    const repeated = await bodyOf<GroupResponse>(await cancel());
    expect(spy).toHaveBeenCalledTimes(12);
    expect(repeated.generations).toHaveLength(12);
    expect(repeated.generations[0]).toMatchObject({ cancellation: { outcome: "already_ended", refund: "full" } });
  });

  it("is refunded in full if it is canceled before its start", async () => {
    const server = await testServer();
    const notBefore = new Date(server.clock.now() + 60_000).toISOString();
    const { groupId } = await accepted(server, { ...two, notBefore });
    expect(await balanceOf(server)).toBe(92);
    await server.safelight.api.cancelGroup({ ownerId: "ann" }, groupId);
    expect(await balanceOf(server)).toBe(100);
  });

  it("has the same ids for a repeated call of the api", async () => {
    const { safelight } = await testServer();
    const options = { idempotencyKey: "one", notBefore: new Date(0), expectedCredits: 8 };
    const submit = () => safelight.api.submitMany({ ownerId: "ann" }, "flux", two.inputs, options);
    const [first, second] = [await submit(), await submit()];
    expect(second).toEqual(first);
    const listed = await safelight.api.list({ ownerId: "ann" }, { groupId: first.groupId });
    expect(listed.generations.toReversed()).toEqual(first.generations);
    for (const { id } of first.generations) {
      await safelight.api.cancel({ ownerId: "ann" }, id);
      await safelight.api.delete({ ownerId: "ann" }, id);
    }
    await expect(submit()).rejects.toMatchObject({ code: "not_found" });
    await expect(safelight.api.cancelGroup({ ownerId: "ann" }, first.groupId)).rejects.toMatchObject({
      code: "not_found",
    });
  });
});
