import { describe, expect, it } from "vitest";
import { heldCall } from "../../../testing/held-call.js";
import { problemOf, type TestServer, testServer } from "../../../testing/test-server.js";
import { textsWith } from "../../../testing/texts-with.js";
import { tinyPng } from "../../../testing/tiny-png.js";
import type { SafelightOptions } from "../compose/options.js";
import type { Models } from "../model/define-model.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";

const owner = "ann-who-wants-to-be-forgotten";
const prompt = "a prompt of hers";
const body = { model: "flux", input: { prompt } };
const words = [owner, prompt];

/** A function that waits in the call after the first `passes` ones, until the test continues. */
function heldAfter(passes: number) {
  const { called, line, resolve } = heldCall<void>();
  const { signal } = new AbortController();
  let calls = 0;
  const hold = async (): Promise<void> => {
    calls += 1;
    if (calls === passes + 1) await line({ signal });
  };
  return { hold, entered: called, leave: () => resolve() };
}

/** Runs the worker until an event, and returns the work that has begun by then. */
async function workUntil({ clock, safelight }: TestServer<Models>, event: Promise<unknown>) {
  let isOver = false;
  const over = event.then(() => {
    isOver = true;
  });
  for (let round = 0; round < 30; round += 1) {
    const ticking = safelight.worker.tick();
    await Promise.race([ticking, over]);
    if (isOver) return { ticking };
    clock.skip(10_000);
  }
  throw new Error("The event did not happen.");
}

/** A server on a database, as in another process. */
const serverOn = (database: string, options: Partial<SafelightOptions<Models>> = {}) =>
  testServer({ store: libsqlStore({ url: database, now: () => 1_800_000_000_000 }), ...options });

describe("a request that began before deleteOwner", () => {
  it("creates no generation if it submits after the deletion", async () => {
    const { hold, entered, leave } = heldAfter(1);
    const server = await testServer({ hooks: { beforeSubmit: async () => void (await hold()) } });
    const ann = server.as(owner);
    await ann.submit({ prompt });
    const late = ann.post("", body, { "idempotency-key": "late" });
    await entered;
    await server.safelight.api.deleteOwner({ ownerId: owner });
    leave();
    expect(await problemOf(await late)).toMatchObject({ status: 503, code: "unavailable", retryable: true });
    expect(textsWith(server.store, words)).toEqual([]);
    // A request that begins afterwards is one of a new owner.
    expect((await ann.post("", body, { "idempotency-key": "late" })).status).toBe(202);
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("creates no owner that had no rows at the time of the deletion", async () => {
    const { hold, entered, leave } = heldAfter(0);
    const server = await testServer({ hooks: { beforeSubmit: async () => void (await hold()) } });
    const late = server.as(owner).post("", body);
    await entered;
    await server.safelight.api.deleteOwner({ ownerId: owner });
    leave();
    expect((await late).status).toBe(503);
    expect(textsWith(server.store, words)).toEqual([]);
  });

  it("creates no generation if its caller was identified before the deletion", async () => {
    const { hold, entered, leave } = heldAfter(0);
    const identify = async () => {
      await hold();
      return owner;
    };
    const server = await testServer({ identify });
    const late = server.as(owner).post("", body);
    await entered;
    await server.safelight.api.deleteOwner({ ownerId: owner });
    leave();
    expect((await late).status).toBe(503);
    expect(textsWith(server.store, words)).toEqual([]);
  });

  it("creates no generation if it retries after the deletion", async () => {
    const { hold, entered, leave } = heldAfter(1);
    const server = await testServer({ hooks: { beforeSubmit: async () => void (await hold()) } });
    const ann = server.as(owner);
    const { id } = await ann.submit({ prompt });
    await ann.finish(id);
    const late = server.safelight.api.retry({ ownerId: owner }, id);
    await entered;
    await server.safelight.api.deleteOwner({ ownerId: owner });
    leave();
    await expect(late).rejects.toMatchObject({ code: "unavailable" });
    expect(textsWith(server.store, words)).toEqual([]);
  });

  it("creates no generation after the owner has returned with the same id", async () => {
    const { hold, entered, leave } = heldAfter(0);
    const server = await testServer({ hooks: { beforeSubmit: async () => void (await hold()) } });
    const ann = server.as(owner);
    const late = ann.post("", body);
    await entered;
    await server.safelight.api.deleteOwner({ ownerId: owner });
    await ann.submit({ prompt: "of the new owner" });
    leave();
    expect((await late).status).toBe(503);
    expect(textsWith(server.store, [prompt])).toEqual([]);
  });

  it("creates no account of the owner for another owner who pays from it", async () => {
    const { hold, entered, leave } = heldAfter(0);
    const server = await testServer({ hooks: { beforeSubmit: async () => void (await hold()) } });
    const late = server.safelight.api.submit({ ownerId: "bob", accountId: owner }, "flux", { prompt: "of bob" });
    await entered;
    await server.safelight.api.deleteOwner({ ownerId: owner });
    leave();
    await expect(late).rejects.toMatchObject({ code: "unavailable" });
    expect(textsWith(server.store, words)).toEqual([]);
  });

  it("stores no image whose bytes arrive after the deletion", async () => {
    const server = await testServer();
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const init = { method: "POST", headers: { "content-type": "image/png" }, body: readable, duplex: "half" };
    const late = server.request(owner, "/inputs", init);
    // The body is read after the caller was identified.
    await writer.write(new Uint8Array(tinyPng()));
    await server.safelight.api.deleteOwner({ ownerId: owner });
    await writer.close();
    expect((await late).status).toBe(503);
    expect(textsWith(server.store, words)).toEqual([]);
  });

  it("creates no generation if another process deletes the owner", async () => {
    const { hold, entered, leave } = heldAfter(1);
    const server = await testServer({ hooks: { beforeSubmit: async () => void (await hold()) } });
    const other = await serverOn(server.store.identity);
    const ann = server.as(owner);
    await ann.submit({ prompt });
    const late = ann.post("", body);
    await entered;
    await other.safelight.api.deleteOwner({ ownerId: owner });
    leave();
    expect((await late).status).toBe(503);
    expect(textsWith(server.store, words)).toEqual([]);
  });
});

describe("a request that began before deleteOwner, during a rotation of the secret", () => {
  const [before, after] = ["a secret that is long enough, the old one", "a secret that is long enough, the new one"];

  it.each<[requested: string | [string, ...string[]], deleting: string | [string, ...string[]]]>([
    [before, [after, before]],
    [[after, before], before],
    [
      [before, after],
      [after, before],
    ],
    [[after, before], after],
    [after, [after, before]],
  ])("writes nothing in a process with %j if one with %j deletes the owner", async (requested, deleting) => {
    const { hold, entered, leave } = heldAfter(0);
    const server = await testServer({ secret: requested, hooks: { beforeSubmit: async () => void (await hold()) } });
    const other = await serverOn(server.store.identity, { secret: deleting });
    const late = server.as(owner).post("", body);
    await entered;
    await other.safelight.api.deleteOwner({ ownerId: owner });
    leave();
    expect((await late).status).toBe(503);
    expect(textsWith(server.store, words)).toEqual([]);
  });
});

describe("a hook that runs during deleteOwner", () => {
  it("grants no credits to the deleted owner afterwards", async () => {
    for (const name of ["beforeSubmit", "onCompleted"] as const) {
      const { hold, entered, leave } = heldAfter(0);
      const granted: Promise<unknown>[] = [];
      const hook = async () => {
        await hold();
        const granting = server.safelight.api.grantCredits({ accountId: owner, amount: 5, key: "welcome" });
        granted.push(granting);
        await granting.catch(() => undefined);
      };
      const server = await testServer({ hooks: { [name]: () => hook() as Promise<undefined> } });
      const late = server.as(owner).post("", body);
      if (name === "onCompleted") await late;
      const working = name === "onCompleted" ? (await workUntil(server, entered)).ticking : late;
      await entered;
      await server.safelight.api.deleteOwner({ ownerId: owner });
      leave();
      await working;
      await expect(granted[0]).rejects.toMatchObject({ code: "unavailable" });
      expect(textsWith(server.store, words)).toEqual([]);
    }
  });

  it("may grant credits once it has ended, to an owner who returns", async () => {
    const { hold, entered, leave } = heldAfter(0);
    const later = heldCall<void>();
    const granted: Promise<unknown>[] = [];
    const { signal } = new AbortController();
    const beforeSubmit = async () => {
      const grant = async () => {
        await later.line({ signal });
        return server.safelight.api.grantCredits({ accountId: owner, amount: 5, key: "welcome" });
      };
      granted.push(grant());
      await hold();
      return undefined;
    };
    const server = await testServer({ hooks: { beforeSubmit } });
    const late = server.as(owner).post("", body);
    await entered;
    await server.safelight.api.deleteOwner({ ownerId: owner });
    leave();
    expect((await late).status).toBe(503);
    later.resolve();
    expect(await granted[0]).toEqual({ balance: 105 });
  });
});

describe("a request that changes an owner's generations during deleteOwner", () => {
  it.each<[path: string, body: object]>([
    ["/seen", { ids: ["ID"] }],
    ["/notices/claim", { claim: owner }],
    ["/notices/confirm", { claim: owner, ids: ["ID"] }],
    ["/ID/cancel", {}],
  ])("writes nothing after it, for POST %s", async (path, sent) => {
    const { hold, entered, leave } = heldAfter(1);
    const identify = async () => {
      await hold();
      return owner;
    };
    const server = await testServer({ identify });
    const ann = server.as(owner);
    const { id } = await ann.submit({ prompt });
    const late = ann.post(path.replace("ID", id), JSON.stringify(sent).replace("ID", id));
    await entered;
    await server.safelight.api.deleteOwner({ ownerId: owner });
    leave();
    await late;
    expect(textsWith(server.store, words)).toEqual([]);
  });
});

describe("a request that begins after deleteOwner", () => {
  it("is refused at most once in a process that has not read of the deletion", async () => {
    const server = await testServer();
    const other = await serverOn(server.store.identity);
    await server.as("bob").submit();
    await other.safelight.api.deleteOwner({ ownerId: owner });
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await server.as(owner).post("", body)).status);
    expect(statuses).toEqual([503, 202, 202]);
  });

  it("is not refused in the process that deleted the owner, or for another owner", async () => {
    const server = await testServer();
    await server.as(owner).submit({ prompt });
    await server.safelight.api.deleteOwner({ ownerId: owner });
    await server.as("bob").submit();
    await server.as(owner).submit({ prompt });
    await server.safelight.api.grantCredits({ accountId: owner, amount: 5, key: "welcome" });
  });
});
