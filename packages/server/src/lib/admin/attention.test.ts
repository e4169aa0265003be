import { expect, it } from "vitest";
import { openAdmin } from "../../../testing/admin/open-admin.js";
import { anyInput } from "../../../testing/fakes/any-input.js";
import { accepted, scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { testServer } from "../../../testing/test-server.js";
import { durationBucketOf } from "../generation/expected-duration.js";
import { defineModel } from "../model/define-model.js";
import { slowLimitsOf } from "./slow-limits.js";

const series = { model: "flux", providerId: "p", size: 1 };

it("knows the limit of a model with 20 completed runs, from all its series", () => {
  const run = (elapsedMs: number, count: number, change = {}) => ({
    ...series,
    bucket: durationBucketOf(elapsedMs),
    count,
    ...change,
  });
  expect(slowLimitsOf([run(1_024, 19)])).toEqual({});
  expect(slowLimitsOf([run(1_024, 18), run(4_096, 2, { size: 2 }), run(1_024, 5, { model: "other" })])).toEqual({
    flux: 8_192,
  });
  expect(slowLimitsOf([run(1_024, 19), run(65_536, 1)])).toEqual({ flux: 2_048 });
});

it("lists generations that are slower than usual on the overview, in a search, and for a bulk", async () => {
  const provider = scriptedProvider({ id: "p", submit: [accepted()], poll: [{ type: "running", progress: 0.5 }] });
  const server = await testServer({ models: { flux: defineModel({ provider, input: anyInput, credits: 4 }) } });
  const { html, json } = openAdmin(server.safelight);
  const { id } = await server.as("ada").submit();
  await server.safelight.worker.tick();
  await server.store.addTimings([{ ...series, bucket: durationBucketOf(1_024), count: 20 }]);
  expect((await json("/generations?q=is:slow")).generations).toEqual([]);
  server.clock.skip(3_000);
  expect((await json("/generations?q=is:slow")).generations).toMatchObject([{ id }]);
  expect(await json("/")).toMatchObject({ slow: [{ id }] });
  expect(await html("/")).toContain('aria-label="Slow generations"');
  expect((await json("/bulk?q=is:slow")).ids).toEqual([id]);
});

it("names the owners that hold up the queue", async () => {
  const server = await testServer();
  await server.as("ada").submit();
  for (let count = 0; count < 2; count += 1) await server.as("bob").submit();
  const { html, json } = openAdmin(server.safelight);
  expect((await json("/")).waitingOwners).toEqual([
    { ownerId: "bob", waiting: 2, inProgress: 0 },
    { ownerId: "ada", waiting: 1, inProgress: 0 },
  ]);
  expect(await html("/")).toContain("/generations?q=owner%3Abob%20state%3Aqueued%2Cretry_wait");
});

it("pages through the log of actions with its filter, and continues a cut search", async () => {
  const server = await testServer();
  const { id } = await server.as("ada").submit();
  for (const actor of ["grace", ...Array.from({ length: 120 }, () => "hopper")])
    await server.store.recordOperatorAction({ actor, action: "reveal", subject: id, reason: "ticket 7" });
  const { get, html, json } = openAdmin(server.safelight, { scanLimit: 100 });
  const first = await json("/actions?actor=hopper");
  expect([first.actions.length, first.isCut]).toEqual([50, false]);
  expect(await html("/actions?actor=hopper&action=reveal")).toContain(
    `actions?action=reveal&amp;actor=hopper&amp;before=${first.next}`,
  );
  const cut = await json("/actions?actor=grace");
  expect([cut.actions, cut.isCut]).toEqual([[], true]);
  expect(await html("/actions?actor=grace")).toContain("Continue the search</a>");
  const rest = await json(`/actions?actor=grace&before=${cut.next}`);
  expect(rest).toMatchObject({ actions: [{ actor: "grace" }], next: null });
  const none = await html(`/actions?actor=grace&before=${rest.actions[0].position}`);
  expect(none).toContain("No earlier action matches.");
  expect((await get("/actions?action=colour")).status).toBe(400);
  expect(await html("/actions")).toContain(">Reveal</td>");
});

it("ends the log of actions with a full page", async () => {
  const server = await testServer();
  for (let count = 0; count < 50; count += 1)
    await server.store.recordOperatorAction({ actor: "grace", action: "audit", subject: "*", reason: "weekly" });
  const { html, json } = openAdmin(server.safelight);
  expect(await json("/actions")).toMatchObject({ next: null, isCut: false, actions: { length: 50 } });
  expect(await html("/actions?actor=grace")).not.toContain("Next page");
  const { actions } = await json("/actions");
  const earlier = await html(`/actions?before=${actions.at(-1).position}`);
  expect(earlier).toContain("There is no earlier action.");
});

it("filters the log of actions by action, by operator and by owner, and keeps the filter in its form", async () => {
  const server = await testServer();
  const [adas, bobs] = [await server.as("ada").submit(), await server.as("bob").submit()];
  for (const [actor, action, subject] of [
    ["grace", "reveal", adas.id],
    ["grace", "audit", "*"],
    ["hopper", "reveal", bobs.id],
  ] as const)
    await server.store.recordOperatorAction({ actor, action, subject, reason: "ticket 7" });
  const { html, json } = openAdmin(server.safelight);
  const listed = async (query: string) =>
    (await json(`/actions?${query}`)).actions.map(({ subject }: { readonly subject: string }) => subject);
  expect(await listed("action=reveal")).toEqual([bobs.id, adas.id]);
  expect(await listed("actor=grace")).toEqual(["*", adas.id]);
  expect(await listed("owner=bob")).toEqual([bobs.id]);
  expect(await listed("action=audit&owner=bob")).toEqual([]);
  const form = await html("/actions?action=reveal&owner=bob");
  expect(form).toMatch(/<option value="reveal" selected>/);
  expect(form).toMatch(/name="owner"[^>]* value="bob"/);
});
