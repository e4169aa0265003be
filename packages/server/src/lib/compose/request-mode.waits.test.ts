import { describe, expect, it } from "vitest";
import { z } from "zod";
import { done, type ProviderScript, scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { heldCall } from "../../../testing/held-call.js";
import { generationOf, testServer } from "../../../testing/test-server.js";
import { defineModel } from "../model/define-model.js";
import type { OperationStatus, SubmitOutcome } from "../ports/provider.js";

async function serverWith(script: ProviderScript<{ prompt: string }>, options: Parameters<typeof testServer>[0] = {}) {
  const flux = defineModel({
    provider: scriptedProvider<{ prompt: string }>(script),
    input: z.object({ prompt: z.string() }),
    credits: 4,
  });
  const server = await testServer({ models: { flux }, worker: { mode: "request" }, ...options });
  const { id } = await server.as("bob").submit();
  const stateOf = async () => (await server.store.get({ ownerId: "bob", id }))?.state;
  return { server, id, stateOf };
}

/** Whether a promise has settled. */
function watch(promise: Promise<unknown>): () => boolean {
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  promise.then(settle, settle);
  return () => isSettled;
}

describe("a read in request mode without waitUntil", () => {
  it("waits at most 2 seconds for a poll of another owner, whose next read polls again", async () => {
    const poll = heldCall<OperationStatus>();
    const { server, id, stateOf } = await serverWith({ poll: [poll.line, done()] });
    await server.as("bob").get("/active");
    server.clock.skip(10_000);
    const reading = server.as("carol").get("/credits");
    const isSettled = watch(reading);
    const signal = await poll.called;
    await server.clock.advance(1_999);
    expect([isSettled(), signal.aborted]).toEqual([false, false]);
    await server.clock.advance(1);
    expect((await reading).status).toBe(200);
    expect(signal.aborted).toBe(true);
    expect(server.clock.pending()).toEqual([]);
    server.clock.skip(10_000);
    await server.as("bob").get("/active");
    expect(await stateOf()).toBe("completed");
    expect(await server.store.get({ ownerId: "bob", id })).toMatchObject({ attempts: 1, expiredLeases: 0 });
  });

  it("waits for the steps of its own owner", async () => {
    const poll = heldCall<OperationStatus>();
    const { server, id } = await serverWith({ poll: [poll.line] });
    await server.as("bob").get("/active");
    server.clock.skip(10_000);
    const reading = server.as("bob").get("/active");
    const isSettled = watch(reading);
    await poll.called;
    await server.clock.advance(20_000);
    expect(isSettled()).toBe(false);
    poll.resolve(done());
    await reading;
    expect((await generationOf(await server.as("bob").get(`/${id}`))).status).toBe("completed");
    expect(server.clock.pending()).toEqual([]);
  });

  it("waits for a paid request of another owner, whose result would be lost", async () => {
    const submit = heldCall<SubmitOutcome>();
    const { server, stateOf } = await serverWith({ submit: [submit.line] });
    const reading = server.as("carol").get("/credits");
    const isSettled = watch(reading);
    const signal = await submit.called;
    await server.clock.advance(5_000);
    expect([isSettled(), signal.aborted]).toEqual([false, false]);
    submit.resolve({ type: "done", outputs: done().outputs });
    await reading;
    expect(await stateOf()).toBe("completed");
  });

  it("waits at most 2 seconds for the hook of another owner's end, which is called again later", async () => {
    const hook = heldCall<void>();
    const { signal } = new AbortController();
    let calls = 0;
    const onCompleted = async () => {
      calls += 1;
      if (calls === 1) await hook.line({ signal });
    };
    const { server } = await serverWith(
      { submit: [{ type: "done", outputs: done().outputs }] },
      { hooks: { onCompleted } },
    );
    // The first read ends the generation, and the second one finds the event due.
    await server.as("bob").get("/active");
    const reading = server.as("carol").get("/credits");
    await hook.called;
    await server.clock.advance(2_000);
    expect((await reading).status).toBe(200);
    hook.resolve();
    server.clock.skip(120_000);
    await server.as("carol").get("/credits");
    expect(calls).toBe(2);
  });
});
