import type { HistoryResponse } from "@safelight/client/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { idsIn, teamServer } from "../../../../testing/team-server.js";
import { bodyOf, generationOf, problemOf, testModels, testServer } from "../../../../testing/test-server.js";

describe("the visibility of a submit", () => {
  it("is that of its owner alone unless the host shares it", async () => {
    const { server } = await teamServer({ visibility: () => "own" });
    expect(await server.as("ann").submit({ prompt: "x" }, { visibility: "team" })).toMatchObject({ visibility: "own" });
    expect(await idsIn(server, "ben", "/?of=team")).toEqual([]);
  });

  it("cannot be requested without a team, or from a host that shares nothing", async () => {
    const { server } = await teamServer();
    const body = { model: "flux", input: { prompt: "x" }, visibility: "team" };
    const refused = await server.as("eve").post("", body);
    expect(await problemOf(refused)).toMatchObject({ code: "invalid_input", issues: [{ path: ["visibility"] }] });
    const closed = await testServer();
    expect((await closed.as("ann").post("", body)).status).toBe(422);
    expect((await closed.as("ann").post("", { ...body, visibility: "all" })).status).toBe(422);
  });

  it("is private if the rule is explicitly undefined, as in hosts without exact optional properties", async () => {
    const { server } = await teamServer({ visibility: undefined } as object);
    const { visibility } = await generationOf(
      await server.as("ann").post("", { model: "flux", input: { prompt: "x" } }),
    );
    expect(visibility).toBe("own");
  });

  it("is private for a retry after the host has stopped sharing", async () => {
    const { server } = await teamServer();
    const { id } = await server.as("ann").submit();
    await server.as("ann").post(`/${id}/cancel`);
    const identify = () => ({ ownerId: "ann", accountId: "crew", teamId: "crew" });
    const later = await testServer({ models: testModels, store: server.store, identify });
    const retried = await later.as("ann").post(`/${id}/retry`, {});
    expect(retried.status).toBe(202);
    expect(await generationOf(retried)).toMatchObject({ visibility: "own" });
  });

  it("calls the host only for submits within the limits and the balance, and in parallel for a group", async () => {
    let waiting = 0;
    let release = (): void => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const visibility = async () => {
      waiting += 1;
      await released;
      return "team" as const;
    };
    const { server } = await teamServer({ visibility }, { limits: { maxActive: 3 } });
    onTestFinished(() => release());
    const submits = Array.from({ length: 8 }, () =>
      server.as("ann").post("", { model: "flux", input: { prompt: "x" } }),
    );
    const group = server.as("ben").post("/many", { model: "flux", inputs: [{ prompt: "x" }, { prompt: "y" }] });
    await expect.poll(() => waiting).toBeGreaterThanOrEqual(5);
    release();
    const statuses = (await Promise.all(submits)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    expect((await group).status).toBeLessThan(300);
    expect(waiting).toBe(5);
  });

  it("refuses the submit, and a grant by the host's rule, if the owner is deleted while the rule runs", async () => {
    const api: { grant?: () => Promise<unknown> } = {};
    let outcome: unknown;
    const { server } = await teamServer({
      visibility: async ({ submission }) => {
        await server.safelight.api.deleteOwner({ ownerId: submission.caller.ownerId });
        outcome = await api.grant?.().then(
          () => "granted",
          ({ code }) => code,
        );
        return "team" as const;
      },
    });
    api.grant = () => server.safelight.api.grantCredits({ accountId: "ann", amount: 7, key: "gift", reason: "gift" });
    expect((await server.as("ann").post("", { model: "flux", input: { prompt: "x" } })).status).toBe(503);
    // Otherwise, the grant would open a new account for the deleted owner.
    expect(outcome).toBe("unavailable");
  });

  it("is chosen for all generations of a group, and kept by a retry", async () => {
    const { server } = await teamServer({
      visibility: ({ submission, requested }) =>
        requested ?? (JSON.stringify(submission.input).includes("secret") ? "own" : "team"),
    });
    const many = (inputs: readonly object[]) => server.as("ann").post("/many", { model: "flux", inputs });
    const open = await bodyOf<HistoryResponse>(await many([{ prompt: "a" }, { prompt: "b" }]));
    expect(open.generations.map(({ visibility }) => visibility)).toEqual(["team", "team"]);
    const mixed = await bodyOf<HistoryResponse>(await many([{ prompt: "a" }, { prompt: "secret" }]));
    expect(mixed.generations.map(({ visibility }) => visibility)).toEqual(["own", "own"]);
    const [first] = open.generations;
    await server.as("ann").post(`/${first?.id}/cancel`);
    const retried = await server.as("ann").post(`/${first?.id}/retry`, { input: { prompt: "secret" } });
    expect(await generationOf(retried)).toMatchObject({ visibility: "team" });
    const [, secret] = mixed.generations;
    await server.as("ann").post(`/${secret?.id}/cancel`);
    const again = await server.as("ann").post(`/${secret?.id}/retry`, { input: { prompt: "not hidden any more" } });
    expect(await generationOf(again)).toMatchObject({ visibility: "own" });
    // Another member cannot retry it: it is in the submitter's gallery only.
    expect((await server.as("ben").post(`/${first?.id}/retry`, {})).status).toBe(404);
  });
});
