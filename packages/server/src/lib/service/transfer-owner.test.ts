import type { ActiveChangesResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { bodyOf, problemOf, testServer } from "../../../testing/test-server.js";

const transfer = { from: "guest", to: "ann", credits: "move" } as const;

describe("safelight.api.transferOwner", () => {
  it("shows the guest's generations to the user who signed in, and no longer to the guest", async () => {
    const server = await testServer();
    const [guest, ann] = [server.as("guest"), server.as("ann")];
    const { id: ended } = await guest.submit();
    await guest.finish(ended);
    const { id: active, sequence } = await guest.submit();
    await server.safelight.api.grantCredits({ accountId: "guest", amount: 7, key: "a purchase" });
    await server.safelight.api.transferOwner(transfer);

    expect((await problemOf(await guest.get(`/${ended}`))).code).toBe("not_found");
    const seen = await bodyOf<ActiveChangesResponse>(await ann.get("/active?after=0"));
    expect(seen.changed.map(({ id }) => id)).toEqual([ended, active]);
    expect(seen.generations.map(({ id }) => id)).toEqual([active]);
    expect(seen.unseen.map(({ id }) => id)).toEqual([ended]);
    const left = await bodyOf<ActiveChangesResponse>(await guest.get(`/active?after=${sequence}`));
    expect(left).toMatchObject({ resync: true, generations: [], unseen: [], changed: [], deleted: [] });
    expect((await guest.get(`/active?after=${left.sequence}`)).status).toBe(204);

    expect(await ann.finish(active)).toMatchObject({ status: "completed" });
    expect(await server.safelight.api.credits({ ownerId: "guest" })).toMatchObject({ balance: 92 });
    expect(await server.safelight.api.credits({ ownerId: "ann" })).toMatchObject({ balance: 107 });
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("wakes both owners' waits: the guest gets resync, the user the changes", async () => {
    const server = await testServer();
    const [guest, ann] = [server.as("guest"), server.as("ann")];
    const { id, sequence } = await guest.submit();
    const [left, right, one] = [
      guest.get(`/active?after=${sequence}&wait=25`),
      ann.get("/active?after=0&wait=25"),
      guest.get(`/${id}?wait=25`, { "if-none-match": (await guest.get(`/${id}`)).headers.get("etag") ?? "" }),
    ];
    await server.safelight.api.transferOwner(transfer);
    expect(await bodyOf(await left)).toMatchObject({ resync: true });
    expect(await bodyOf(await right)).toMatchObject({ changed: [{ id }], resync: false });
    expect((await one).status).toBe(404);
  });

  it("moves away from an id of a team's gallery, but not to one, and deletes none", async () => {
    const { api } = (await testServer()).safelight;
    const refused = { code: "invalid_input", extensions: { issues: [{ message: 'Must not start with "team:".' }] } };
    await expect(api.transferOwner({ ...transfer, to: "team:crew" })).rejects.toMatchObject(refused);
    await expect(api.deleteOwner({ ownerId: "team:crew" })).rejects.toMatchObject(refused);
    await api.transferOwner({ ...transfer, from: "team:crew" });
  });

  it("rejects more credits than one account can hold, before or after the transfer", async () => {
    const { api } = (await testServer()).safelight;
    const most = Number.MAX_SAFE_INTEGER;
    await api.grantCredits({ accountId: "guest", amount: most - 100, key: "1" });
    const tooMuch = { code: "invalid_input", extensions: { issues: [{ path: ["amount"] }] } };
    await expect(api.grantCredits({ accountId: "guest", amount: 1, key: "2" })).rejects.toMatchObject(tooMuch);
    await expect(api.adjustCredits({ accountId: "guest", amount: 1, key: "2" })).rejects.toMatchObject(tooMuch);
    const issues = [{ path: ["credits"] }];
    await expect(api.transferOwner(transfer)).rejects.toMatchObject({ code: "invalid_input", extensions: { issues } });
    await api.spendCredits({ accountId: "guest", amount: 200, key: "3" });
    await api.transferOwner(transfer);
    expect(await api.credits({ ownerId: "ann" })).toMatchObject({ balance: most - 100 });
  });

  it("rejects invalid arguments, and a move of credits from an account that other owners pay from", async () => {
    const { api } = (await testServer()).safelight;
    await api.submit({ ownerId: "bob", accountId: "guest" }, "flux", { prompt: "x" });
    for (const [wrong, path] of [
      [{ to: "guest" }, "to"],
      [{ from: "" }, "from"],
      [{ to: "ann\0" }, "to"],
      [{ credits: "all" as "move" }, "credits"],
      [{}, "credits"],
    ] as const) {
      await expect(api.transferOwner({ ...transfer, ...wrong })).rejects.toMatchObject({
        code: "invalid_input",
        extensions: { issues: [{ path: [path] }] },
      });
    }
    await api.transferOwner({ ...transfer, credits: "leave" });
  });
});
