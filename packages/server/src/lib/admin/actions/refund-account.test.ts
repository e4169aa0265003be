import { expect, it } from "vitest";
import { openAdmin } from "../../../../testing/admin/open-admin.js";
import { testServer } from "../../../../testing/test-server.js";

const reason = "ticket 7";

/** A generation that a guest paid and completed before the guest signed in as ann. */
async function transferred() {
  const server = await testServer({ credits: { initialGrant: 0 } });
  const { api } = server.safelight;
  await api.grantCredits({ accountId: "guest", amount: 10, key: "purchase" });
  const guest = server.as("guest");
  const { id } = await guest.finish((await guest.submit()).id);
  await api.transferOwner({ from: "guest", to: "ann", credits: "move" });
  return { ...server, api, path: `/generations/${id}` };
}

it.each([false, true])(
  "refunds to the owner that has the credits after a transfer, with the guest deleted: %j",
  async (isDeleted) => {
    const { api, path, safelight } = await transferred();
    if (isDeleted) await api.deleteOwner({ ownerId: "guest" });
    const { html, json, post } = openAdmin(safelight);
    expect(await html(path)).toMatch(/to the account <a href="[^"]+">ann<\/a>, once/);
    expect((await post(`${path}/refund`, { credits: 4, reason })).status).toBe(200);
    expect(await json("/accounts?id=ann")).toMatchObject({ balance: 10 });
    expect((await post(`${path}/refund`, { credits: 4, reason })).status).toBe(409);
    expect(await safelight.audit()).toEqual([]);
  },
);

it("never moves credits of an account that was deleted", async () => {
  const { api, path, safelight } = await transferred();
  await api.deleteOwner({ ownerId: "ann" });
  const { html, json, post } = openAdmin(safelight);
  expect(await html(path)).not.toContain("/refund");
  expect((await post(`${path}/refund`, { credits: 4, reason })).status).toBe(409);
  const { refundAccountId } = (await json(path)).summary;
  expect(refundAccountId).toMatch(/^deleted_/);
  const account = `/accounts?id=${refundAccountId}`;
  const { balance } = await json(account);
  expect(await html(account)).not.toContain("/accounts/adjust");
  const adjusted = await post("/accounts/adjust", { id: refundAccountId, amount: 1, key: "form-1234", reason });
  expect([adjusted.status, await adjusted.json()]).toEqual([
    409,
    { status: 409, error: `The account ${refundAccountId} was deleted with its owner. Its credits cannot be used.` },
  ]);
  expect((await json(account)).balance).toBe(balance);
});
