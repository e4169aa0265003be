import { describe, expect, it } from "vitest";
import { openAdminPage as open } from "../../../testing/admin/open-admin-page.js";
import { testServer } from "../../../testing/test-server.js";
import type { AdminOperator } from "./admin-options.js";

const grace: AdminOperator = { actor: "grace", may: "everything" };
const reason = "ticket 7";

describe("generations", () => {
  it("are listed without the content of owners, and filtered", async () => {
    const server = await testServer();
    const { id } = await server.as("ada").submit({ prompt: "a secret cat" });
    const other = await server.as("bob").submit({ prompt: "a secret dog" });
    const { get, json } = open(server, grace);
    const page = await (await get("/generations?q=owner:ada")).text();
    expect(page).toContain(id);
    expect(page).not.toContain(other.id);
    expect(page).not.toContain("secret");
    const found = await json("/generations?q=status:pending");
    expect(found.generations.map((generation: { id: string }) => generation.id)).toEqual([other.id, id]);
    expect((await get(`/generations?q=${id}`)).headers.get("location")).toBe(`/admin/safelight/generations/${id}`);
    const pasted = encodeURIComponent(`https://app.example/history/${id}`);
    expect((await get(`/generations?q=${pasted}`)).headers.get("location")).toBe(`/admin/safelight/generations/${id}`);
    expect((await json("/generations?q=ada")).generations).toMatchObject([{ id }]);
    expect((await get("/generations?q=colour:red")).status).toBe(400);
    expect((await get("/bulk?q=status:failed+status:pending")).status).toBe(400);
    expect((await get("/generations?before=x")).status).toBe(400);
    for (const path of ["/generations", "/bulk"]) {
      const error = await (await get(`${path}?q=model:flux+colour:%22red%22`)).text();
      expect(error).toMatch(/<input id="q" name="q" value="model:flux colour:&quot;red&quot;"/);
    }
  });

  it("show their input only after a reveal, which is recorded", async () => {
    const server = await testServer();
    const { id } = await server.as("ada").submit({ prompt: "a secret cat" });
    const { get, json, post } = open(server, grace);
    expect(await (await get(`/generations/${id}`)).text()).not.toContain("secret");
    expect(JSON.stringify(await json(`/generations/${id}`))).not.toContain("secret");
    expect((await post(`/generations/${id}/reveal`, { reason: "" })).status).toBe(400);
    expect(await (await post(`/generations/${id}/reveal`, { reason })).text()).toContain("a secret cat");
    const { actions } = await json("/actions");
    expect(actions).toMatchObject([{ actor: "grace", action: "reveal", subject: id, reason }]);
    expect((await open(server, grace, { reveal: "never" }).post(`/generations/${id}/reveal`, { reason })).status).toBe(
      403,
    );
  });

  it("are canceled, woken and ended with a reason, each recorded once", async () => {
    const server = await testServer();
    const ada = server.as("ada");
    const [first, second] = [await ada.submit(), await ada.submit()];
    const { get, post } = open(server, grace);
    expect((await post(`/generations/${first.id}/cancel`, { reason: "x" })).status).toBe(400);
    const response = await post(`/generations/${first.id}/cancel`, { reason });
    expect(response.status).toBe(303);
    const location = response.headers.get("location")?.replace("/admin/safelight", "") ?? "";
    expect(await (await get(location)).text()).toContain("“Cancel” was applied");
    expect((await post(`/generations/${first.id}/cancel`, { reason })).status).toBe(409);
    expect((await post(`/generations/${second.id}/end`, { reason })).status).toBe(303);
    const { generation } = (await (await ada.get(`/${second.id}`)).json()) as { generation: unknown };
    expect(generation).toMatchObject({ status: "failed", error: { code: "ended_by_operator" }, refundedCredits: 4 });
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("that are completed are refunded once, up to what was kept", async () => {
    const server = await testServer();
    const ada = server.as("ada");
    const { id } = await ada.finish((await ada.submit()).id);
    const { get, json, post } = open(server, grace);
    expect((await post(`/generations/${id}/refund`, { reason, credits: "5" })).status).toBe(400);
    const send = () => post(`/generations/${id}/refund`, { reason, credits: "3" });
    expect((await Promise.all([send(), send()])).map(({ status }) => status)).toEqual([303, 303]);
    expect((await send()).status).toBe(409);
    const detail = await server.store.getDetail({ id });
    expect(detail?.entries.map(({ amount, kind }) => [kind, amount])).toEqual([
      ["debit", -4],
      ["capture", 0],
      ["adjustment", 3],
    ]);
    expect(detail?.actions.filter(({ outcome }) => outcome === "applied")).toHaveLength(1);
    expect((await json("/generations")).generations).toMatchObject([{ refundedCredits: 0, refundedByOperator: 3 }]);
    expect(await (await get("/generations")).text()).toContain("−3");
    const { entries } = (await (await ada.get("/credits")).json()) as { entries: unknown };
    expect(entries).toMatchObject([
      { kind: "adjustment", amount: 3, generationId: id, causedBy: "operator" },
      {},
      {},
      {},
    ]);
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("have a deadline on their page until they end, and are loaded again until then", async () => {
    const server = await testServer();
    const ada = server.as("ada");
    const { id } = await ada.submit();
    const { get } = open(server, grace);
    const page = async () => (await get(`/generations/${id}`)).text();
    expect(await page()).toMatch(/data-live[\s\S]*<dt>Deadline</);
    await ada.finish(id);
    expect(await page()).not.toMatch(/data-live|<dt>Deadline</);
  });

  it("are 404 for an unknown or malformed id", async () => {
    const { get, post } = open(await testServer(), grace);
    for (const id of ["x", "gen_00000000-0000-7000-8000-000000000000"]) {
      expect((await get(`/generations/${id}`)).status).toBe(404);
      expect((await post(`/generations/${id}/wake`, { reason })).status).toBe(404);
    }
  });
});

describe("accounts", () => {
  it("are adjusted once for each form, with a reason", async () => {
    const server = await testServer();
    await server.as("ada").submit();
    const { get, json, post } = open(server, grace);
    const { balance } = await json("/accounts?id=ada");
    const fields = { id: "ada", amount: "5", key: "form-1234", reason };
    const [first, second] = [await post("/accounts/adjust", fields), await post("/accounts/adjust", fields)];
    expect([first.status, second.status]).toEqual([303, 303]);
    expect(await json("/accounts?id=ada")).toMatchObject({
      balance: balance + 5,
      actions: [{ outcome: "unchanged" }, { outcome: "applied", before: { balance }, after: { balance: balance + 5 } }],
    });
    expect((await post("/accounts/adjust", { ...fields, id: "unknown" })).status).toBe(404);
    expect((await post("/accounts/adjust", { ...fields, amount: "0.5" })).status).toBe(400);
    for (const amount of ["1e3", "0x10", "", "Infinity"]) {
      expect((await post("/accounts/adjust", { ...fields, key: "form-5678", amount })).status).toBe(400);
    }
    expect((await get("/accounts")).status).toBe(200);
    expect(await (await get("/accounts?id=unknown")).text()).toContain("No account has the id");
    expect(await server.safelight.audit()).toEqual([]);
  });
});

describe("the audit", () => {
  it("runs on demand, and is recorded", async () => {
    const server = await testServer();
    await server.as("ada").submit();
    const { get, json, post } = open(server, grace);
    expect(await (await get("/audit")).text()).toContain("Run the audit");
    expect(await json("/audit")).toEqual({ runningSince: null });
    expect(await (await post("/audit", { reason })).text()).toContain("no violation was found");
    const actions = await server.store.listOperatorActions({ subject: "*", before: null, limit: 9 });
    expect(actions).toMatchObject([{ action: "audit", actor: "grace" }]);
  });
});

describe("the overview", () => {
  it("counts what is in progress and what has ended, by model", async () => {
    const server = await testServer();
    const ada = server.as("ada");
    await ada.finish((await ada.submit()).id);
    await ada.submit();
    const { get, json } = open(server, grace);
    expect(await json("/")).toMatchObject({ active: [{ state: "queued", count: 1 }], stuck: [] });
    expect(await (await get("/")).text()).toContain("No generation is stuck");
  });
});

describe("a cursor", () => {
  it.each(["/accounts?id=ada&before=", "/actions?before=", "/generations?before="])(
    "of %s must be valid",
    async (path) => {
      const { get } = open(await testServer(), grace);
      for (const before of ["", "x", "1e3", "0x1", "1.5", "99999999999999999999"]) {
        expect((await get(`${path}${before}`)).status).toBe(400);
      }
    },
  );
});
