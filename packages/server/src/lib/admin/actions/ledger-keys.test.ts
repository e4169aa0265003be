import { expect, it } from "vitest";
import { openAdmin } from "../../../../testing/open-admin.js";
import { testServer } from "../../../../testing/test-server.js";

const reason = "ticket 7";

it("refunds a generation whose id was the key of an adjustment", async () => {
  const server = await testServer();
  const ada = server.as("ada");
  const { id } = await ada.finish((await ada.submit()).id);
  const { json, post } = openAdmin(server.safelight);
  expect((await post("/accounts/adjust", { id: "ada", amount: 1, key: id, reason })).status).toBe(200);
  expect((await post(`/generations/${id}/refund`, { credits: 4, reason })).status).toBe(200);
  const { entries } = await json(`/generations/${id}`);
  expect(entries.map(({ amount }: { readonly amount: number }) => amount)).toEqual([-4, 0, 4]);
  expect(await json("/accounts?id=ada")).toMatchObject({ balance: 101 });
});

it.each(["1e2", "0x10", "1.5", "", "five", "9007199254740992"])("moves no credits for the amount %j", async (text) => {
  const server = await testServer();
  const ada = server.as("ada");
  const { id } = await ada.finish((await ada.submit()).id);
  const { json, post } = openAdmin(server.safelight);
  expect((await post("/accounts/adjust", { id: "ada", amount: text, key: "form-1234", reason })).status).toBe(400);
  expect((await post(`/generations/${id}/refund`, { credits: text, reason })).status).toBe(400);
  expect(await json("/accounts?id=ada")).toMatchObject({ balance: 96 });
});

it.each([
  ["+5", 101],
  [" -5 ", 91],
  [5, 101],
])("moves credits for the amount %j", async (amount, balance) => {
  const server = await testServer();
  const ada = server.as("ada");
  await ada.submit();
  const { json, post } = openAdmin(server.safelight);
  expect((await post("/accounts/adjust", { id: "ada", amount, key: "form-1234", reason })).status).toBe(200);
  expect(await json("/accounts?id=ada")).toMatchObject({ balance });
});
