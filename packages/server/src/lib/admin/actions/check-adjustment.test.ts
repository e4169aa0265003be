import { expect, it } from "vitest";
import { openAdmin } from "../../../../testing/admin/open-admin.js";
import { testServer } from "../../../../testing/test-server.js";

/** The account `ada` with 96 credits. */
async function open() {
  const server = await testServer();
  await server.as("ada").submit();
  const page = openAdmin(server.safelight);
  const adjust = async (amount: number, fields: Record<string, string> = {}) => {
    const key = crypto.randomUUID();
    const response = await page.post("/accounts/adjust", { id: "ada", amount, key, reason: "ticket 7", ...fields });
    return { status: response.status, ...(await response.json()) };
  };
  const balance = async () => (await page.json("/accounts?id=ada")).balance;
  return { ...server, ...page, adjust, balance };
}

it("names the one cause for which an amount is refused", async () => {
  const { adjust, balance, json, safelight } = await open();
  expect(await adjust(-100)).toEqual({ status: 409, error: "The account has 96 credits: take at most 96." });
  const max = String(Number.MAX_SAFE_INTEGER);
  expect(await adjust(Number.MAX_SAFE_INTEGER, { confirm: max })).toMatchObject({
    status: 409,
    error: "The balance of 96 credits would become too large: add less.",
  });
  const key = "form-1234";
  expect(await adjust(-60, { key })).toMatchObject({ status: 200, outcome: "applied" });
  // The balance is too low for it by now, but this is not the cause.
  expect(await adjust(-60, { key })).toMatchObject({
    status: 409,
    outcome: "unchanged",
    error: expect.stringContaining("sent before"),
  });
  // Another form with the same reason and amount is not a repeat.
  expect(await adjust(-60)).toEqual({ status: 409, error: "The account has 36 credits: take at most 36." });
  expect(await balance()).toBe(36);
  expect((await json("/accounts?id=ada")).actions).toHaveLength(5);
  expect(await safelight.audit()).toEqual([]);
});

it("asks for an amount again that is above 10,000 credits and ten times the balance", async () => {
  const { adjust, balance, html, json } = await open();
  expect(await html("/accounts?id=ada")).toContain('data-above="10000"');
  for (const confirm of ["", "1000", "100010"])
    expect(await adjust(10_001, { confirm })).toMatchObject({
      status: 400,
      error: expect.stringContaining("type 10001 again"),
    });
  expect((await json("/accounts?id=ada")).actions).toEqual([]);
  expect((await adjust(10_000)).status).toBe(200);
  expect(await html("/accounts?id=ada")).toContain('data-above="100960"');
  expect((await adjust(100_960)).status).toBe(200);
  expect((await adjust(2_000_000, { confirm: "2000000" })).status).toBe(200);
  expect(await balance()).toBe(96 + 10_000 + 100_960 + 2_000_000);
});

it("shows the reason of an adjustment on an older page of the ledger, whatever happened to the account since", async () => {
  const { adjust, html, json, store } = await open();
  const { position } = await adjust(5, { reason: "a gift" });
  const action = { actor: "grace", action: "adjust", subject: "ada", reason: "later" } as const;
  for (let number = 0; number < 50; number++) await store.recordOperatorAction(action);
  for (let number = 0; number < 3; number++) await adjust(1);
  const { entries } = await json("/accounts?id=ada");
  const page = await html(`/accounts?id=ada&before=${entries[2].id}`);
  expect(page).toContain("Adjust by grace: a gift");
  const older = await json(`/accounts?id=ada&before=${entries[2].id}`);
  expect(older.actions.filter((record: { position: number }) => record.position === position)).toHaveLength(1);
  expect(page).not.toContain("entry:");
});

it("shows the operator the reason of an adjustment in the ledger, and not the owner", async () => {
  const { adjust, as, html } = await open();
  await adjust(5, { reason: "a gift" });
  await adjust(-5, { reason: "a mistake" });
  const [ledger = ""] = (await html("/accounts?id=ada")).split("Actions of operators");
  expect(ledger).toContain("Adjust by grace: a gift");
  expect(ledger).toContain("Adjust by grace: a mistake");
  expect(JSON.stringify(await (await as("ada").get("/credits")).json())).not.toContain("gift");
});
