import { describe, expect, it, vi } from "vitest";
import { heldCall } from "../../../../testing/held-call.js";
import { problemOf, testServer } from "../../../../testing/test-server.js";
import { tinyPng } from "../../../../testing/tiny-png.js";
import type { LimitOptions } from "../../compose/limit-options.js";
import { createPendingSubmits } from "./pending-submits.js";

const body = { model: "flux", input: { prompt: "a lamp" } };

/** A server whose `beforeSubmit` waits until the test continues. */
async function serverWithSlowHook(limits: LimitOptions, initialGrant = 10_000) {
  const { line, resolve } = heldCall<undefined>();
  const { signal } = new AbortController();
  const calls: string[] = [];
  const beforeSubmit = ({ caller }: { readonly caller: { readonly ownerId: string } }) => {
    calls.push(caller.ownerId);
    return line({ signal });
  };
  const server = await testServer({ limits, credits: { initialGrant }, hooks: { beforeSubmit } });
  const submit = (count: number, owner = "ann") => Array.from({ length: count }, () => server.as(owner).post("", body));
  return { server, calls, submit, release: () => resolve(undefined) };
}

/** The codes of refused submits, and `accepted`. */
const codesOf = async (responses: readonly Promise<Response>[]) => {
  const codes = await Promise.all(
    responses.map(async (response) => {
      const { ok } = await response;
      return ok ? "accepted" : (await problemOf(await response)).code;
    }),
  );
  return Object.fromEntries([...new Set(codes)].map((code) => [code, codes.filter((each) => each === code).length]));
};

describe("a submit that a limit would refuse", () => {
  it("does not call beforeSubmit above the rate", async () => {
    const { calls, release, server, submit } = await serverWithSlowHook({ rate: { requests: 2, perMs: 60_000 } });
    release();
    for (let count = 0; count < 5; count += 1) await Promise.all(submit(1));
    expect(calls).toHaveLength(2);
    const refused = (await submit(1)[0]) ?? new Response();
    expect(refused.headers.get("retry-after")).toBe("30");
    expect(refused.headers.get("ratelimit")).toBe('"submit";r=0;t=60');
    expect(await problemOf(refused)).toMatchObject({ status: 429, code: "rate_limited" });
    server.clock.skip(30_000);
    expect(await codesOf(submit(1))).toEqual({ accepted: 1 });
  });

  it("does not call beforeSubmit above the active cap or the balance", async () => {
    const { calls, release, submit } = await serverWithSlowHook({ maxActive: 1 });
    release();
    expect(await codesOf(submit(1))).toEqual({ accepted: 1 });
    expect(await codesOf(submit(1))).toEqual({ too_many_active: 1 });
    expect(calls).toHaveLength(1);
    const poor = await serverWithSlowHook({}, 3);
    expect(await codesOf(poor.submit(1))).toEqual({ insufficient_credits: 1 });
    expect(poor.calls).toEqual([]);
  });

  it("marks no image as used", async () => {
    const server = await testServer({ limits: { rate: { requests: 1, perMs: 60_000 } } });
    const bytes = new Uint8Array(tinyPng());
    const { id } = await server.safelight.api.uploadInput({ ownerId: "ann" }, bytes);
    const touchInputs = vi.spyOn(server.store, "touchInputs");
    const withImage = () => server.as("ann").post("", { model: "flux", input: { prompt: id } });
    expect((await withImage()).status).toBe(202);
    expect((await withImage()).status).toBe(429);
    expect(touchInputs).toHaveBeenCalledTimes(1);
  });

  it("costs no read without a hook and without images", async () => {
    const server = await testServer();
    const checkSubmit = vi.spyOn(server.store, "checkSubmit");
    await server.as("ann").submit();
    expect(checkSubmit).not.toHaveBeenCalled();
  });
});

describe("submits that wait for beforeSubmit", () => {
  it("count against the rate of their owner", async () => {
    const { calls, release, submit } = await serverWithSlowHook({ rate: { requests: 2, perMs: 60_000 } });
    const sent = submit(20);
    const others = submit(1, "bob");
    expect(await codesOf(sent.slice(2))).toEqual({ rate_limited: 18 });
    expect(calls.toSorted()).toEqual(["ann", "ann", "bob"]);
    release();
    expect(await codesOf([...sent.slice(0, 2), ...others])).toEqual({ accepted: 3 });
  });

  it("count against the active cap of their owner", async () => {
    const { calls, release, submit } = await serverWithSlowHook({ maxActive: 3, rate: false });
    const sent = submit(20);
    expect(await codesOf(sent.slice(3))).toEqual({ too_many_active: 17 });
    release();
    expect(await codesOf(sent.slice(0, 3))).toEqual({ accepted: 3 });
    expect(calls).toHaveLength(3);
  });

  it("are limited to 100 for one owner without limits", async () => {
    const { calls, release, submit } = await serverWithSlowHook({ maxActive: false, rate: false });
    const sent = submit(130);
    expect(await codesOf(sent.slice(100))).toEqual({ rate_limited: 30 });
    release();
    expect(await codesOf(sent.slice(0, 100))).toEqual({ accepted: 100 });
    expect(calls).toHaveLength(100);
    expect(await codesOf(submit(1))).toEqual({ accepted: 1 });
  });
});

describe("createPendingSubmits", () => {
  it("counts the earlier submits of one owner", () => {
    const pending = createPendingSubmits(() => 0);
    const [first, second] = [pending.begin("ann"), pending.begin("ann")];
    expect([first.ahead(), second.ahead(), pending.begin("bob").ahead()]).toEqual([0, 1, 0]);
    first.end();
    expect([second.ahead(), pending.begin("ann").ahead()]).toEqual([0, 1]);
  });

  it("counts a submit that is kept beyond its end, until it is released or its time has passed", () => {
    let now = 0;
    const pending = createPendingSubmits(() => now);
    const [released, forgotten] = [pending.begin("ann"), pending.begin("ann", 2)];
    const releases = [released.keep(100), released.keep(100)];
    forgotten.keep(100);
    released.end();
    forgotten.end();
    const last = pending.begin("ann");
    expect(last.ahead()).toBe(3);
    releases[0]?.();
    expect(last.ahead()).toBe(3);
    releases[1]?.();
    expect(last.ahead()).toBe(2);
    now = 100;
    expect(last.ahead()).toBe(0);
  });
});
