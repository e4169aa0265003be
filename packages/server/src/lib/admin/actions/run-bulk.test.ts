import { describe, expect, it } from "vitest";
import { adminBase, adminOrigin, openAdminPage as open } from "../../../../testing/admin/open-admin-page.js";
import { bodyOf, type TestServer, testServer } from "../../../../testing/test-server.js";
import { anyAction } from "../../ports/store/operator-store.js";

const grace = { actor: "grace", may: "everything" } as const;
const reason = "ticket 7";
const json = { accept: "application/json" };

/** A server with active generations of Ada, newest first. */
async function serverWith(count: number) {
  const server = await testServer({
    credits: { initialGrant: 10_000 },
    limits: { rate: false, maxActive: false },
  });
  const ids: string[] = [];
  for (let submitted = 0; submitted < count; submitted += 1) ids.unshift((await server.as("ada").submit()).id);
  return { server, ids };
}

/** Moves the clock past each pause until the response. */
async function inTime({ clock }: Pick<TestServer<never>, "clock">, response: Promise<Response>): Promise<Response> {
  let isOver = false;
  void response.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(200);
  }
  return response;
}

describe("a bulk", () => {
  it("acts on selected generations once, with one record of the bulk and one for each effect", async () => {
    const { ids, server } = await serverWith(3);
    const { get, json: load, post } = open(server, grace);
    const selected = ids.slice(0, 2);
    const page = await (await get(`/bulk?id=${selected.join("&id=")}`)).text();
    for (const id of selected) expect(page).toContain(id);
    expect(page).toContain("2 generations are selected; <b>2</b> of them are active.");
    expect(page).toContain("Together they cost 8 credits.");
    const fields = { ids: selected.join(" "), expected: "2", key: "form-1234", reason };
    const [first, second] = await Promise.all([post("/bulk/cancel", fields), post("/bulk/cancel", fields)]);
    expect([first?.status, second?.status]).toEqual([303, 303]);
    const location = first?.headers.get("location") ?? "";
    expect(location).toBe("/admin/safelight/bulk/bulk_form-1234");
    expect(await (await get("/bulk/bulk_form-1234")).text()).toContain("2 of 2 done: 2 applied, 0 unchanged");
    const repeated = await (await post("/bulk/cancel", fields, json)).json();
    expect(repeated).toMatchObject({ id: "bulk_form-1234", total: 2, applied: 2, left: 0 });
    expect(await load(`/bulk/${repeated.id}`)).toEqual(repeated);
    expect(await (await get("/actions?action=cancel")).text()).toContain("<div>generations: 2</div>");
    const { actions } = await load("/actions");
    const bulk = "bulk_form-1234";
    expect(actions.map(({ subject, outcome, bulk }: Record<string, unknown>) => [subject, outcome, bulk])).toEqual(
      expect.arrayContaining([["*", "applied", bulk], ...selected.map((id) => [id, "applied", bulk])]),
    );
    expect(actions).toHaveLength(3);
    expect((await load(`/generations/${ids[2]}`)).generation.state).toBe("queued");
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("refuses a body without a readable selection, and takes the list of ids that GET returns", async () => {
    const { ids, server } = await serverWith(3);
    const { admin, get, json: load } = open(server, grace);
    const send = (body: object) =>
      admin.handler(
        new Request(`${adminBase}/bulk/cancel`, {
          method: "POST",
          headers: { ...json, "content-type": "application/json", origin: adminOrigin },
          body: JSON.stringify({ key: "form-1234", reason, ...body }),
        }),
      );
    for (const body of [
      {},
      { id: ids[0] },
      { ids: { first: ids[0] } },
      { ids: [[ids[0], true]] },
      { q: true },
      { ids: [] },
      { ids: " " },
      { ids: [], q: "" },
    ]) {
      expect((await send(body)).status).toBe(400);
    }
    expect((await load(`/generations/${ids[0]}`)).generation.state).toBe("queued");
    const { ids: selected } = await bodyOf<{ ids: string[] }>(await get(`/bulk?id=${ids[0]}&id=${ids[1]}`, json));
    expect(await (await send({ ids: selected })).json()).toMatchObject({ total: 2, applied: 2, left: 0 });
  });

  it("selects nothing if no row of the list is ticked, and everything only by an empty search", async () => {
    const { ids, server } = await serverWith(2);
    const { get } = open(server, grace);
    for (const headers of [json, {}]) {
      const response = await get("/bulk?", headers);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("No generation is selected: tick some in the list");
    }
    expect(await (await get("/bulk?q=", json)).json()).toMatchObject({ ids });
  });

  it("takes as many ids as bulkLimit allows, and refuses a larger body", async () => {
    const { ids, server } = await serverWith(1);
    const { admin, post } = open(server, grace, { bulkLimit: 2_000 });
    const id = ids[0] ?? "";
    const list = Array.from({ length: 2_000 }, (_, number) => id.slice(0, -4) + String(number).padStart(4, "0"));
    const fields = { key: "form-1234", reason };
    const response = await post("/bulk/cancel", { ...fields, ids: [...list.slice(1), id].join(" ") }, json);
    expect(await response.json()).toMatchObject({ total: 1, applied: 1 });
    const large = new Request(`${adminBase}/bulk/cancel`, {
      method: "POST",
      headers: { ...json, "content-type": "application/json", origin: adminOrigin },
      body: JSON.stringify({ ...fields, ids: [...list, ...list, ...list] }),
    });
    expect((await admin.handler(large)).status).toBe(413);
  });

  it("acts on all active generations of a search, of those that existed when the form was shown", async () => {
    const { ids, server } = await serverWith(3);
    const { get, post } = open(server, grace);
    await server.as("bob").submit();
    await server.as("ada").post(`/${ids[2]}/cancel`);
    const found = await bodyOf<{ ids: string[]; found: number }>(await get("/bulk?q=owner:ada", json));
    expect(found).toMatchObject({ ids: ids.slice(0, 2), found: 3, isCut: false });
    const late = await server.as("ada").submit();
    const fields = { q: "owner:ada", newest: ids[0] ?? "", expected: "2", key: "form-1234", reason };
    expect(await (await post("/bulk/end", fields, json)).json()).toMatchObject({ total: 2, applied: 2, unchanged: 0 });
    expect((await server.store.getDetail({ id: late.id }))?.generation.state).toBe("queued");
    expect((await server.store.getDetail({ id: ids[0] ?? "" }))?.generation).toMatchObject({
      failureCode: "ended_by_operator",
      refundedCredits: 4,
    });
  });

  it("acts on all generations of its form, although newer ones fill the limit by now", async () => {
    const { ids, server } = await serverWith(3);
    const { post } = open(server, grace, { bulkLimit: 3 });
    for (let count = 0; count < 2; count += 1) await server.as("ada").submit();
    const fields = { q: "owner:ada", newest: ids[0] ?? "", expected: "3", key: "form-1234", reason };
    expect(await (await post("/bulk/cancel", fields, json)).json()).toMatchObject({ total: 3, applied: 3 });
    expect((await server.store.readBulk({ key: "bulk_form-1234", limit: 1 }))?.total).toBe(3);
    for (const id of ids) expect((await server.store.getDetail({ id }))?.generation.state).toBe("canceled");
  });

  it("needs a number that was typed for more than 20, and an unchanged number of matches", async () => {
    const { ids, server } = await serverWith(21);
    const { get, post } = open(server, grace);
    const fields = { q: "owner:ada", expected: "21", reason };
    expect(await (await get("/bulk?q=owner:ada")).text()).toContain("Type 21 to confirm");
    for (const count of ["", "20", "1e1"]) {
      expect((await post("/bulk/wake", { ...fields, key: "form-1234", count })).status).toBe(400);
    }
    const more = await post("/bulk/wake", { ...fields, key: "form-1234", expected: "20", count: "20" });
    expect(more.status).toBe(409);
    expect(await server.store.listOperatorActions({ ...anyAction, subject: null, before: null, limit: 9 })).toEqual([]);
    expect((await post("/bulk/wake", { ...fields, key: "form-1234", count: "21" })).status).toBe(303);
    const twenty = { ids: ids.slice(1).join(" "), expected: "20", key: "form-5678", reason };
    expect((await post("/bulk/wake", twenty)).status).toBe(303);
  });

  it("has at most bulkLimit generations, the newest ones", async () => {
    const { ids, server } = await serverWith(4);
    const { get, post } = open(server, grace, { bulkLimit: 3 });
    expect(await (await get("/bulk?q=owner:ada", json)).json()).toMatchObject({ ids: ids.slice(0, 3), isCut: true });
    expect((await get(`/bulk?id=${ids.join("&id=")}`)).status).toBe(400);
    const fields = { ids: ids.join(" "), expected: "4", key: "form-1234", reason };
    expect((await post("/bulk/cancel", fields)).status).toBe(400);
  });

  it("records a generation whose state changed since, and leaves it", async () => {
    const { ids, server } = await serverWith(1);
    await server.store.startBulk({
      action: { ...grace, action: "cancel", subject: "*", reason },
      key: "bulk_form-1234",
      ids,
    });
    await server.as("ada").post(`/${ids[0]}/cancel`);
    const { post } = open(server, grace);
    const response = await post("/bulk/cancel", { key: "form-1234", reason }, json);
    expect(await response.json()).toMatchObject({ total: 1, applied: 0, unchanged: 1, left: 0 });
  });

  it("continues in steps of 50 with a pause, also by another operator and after its time is over", async () => {
    const { server } = await serverWith(120);
    const { get, post } = open(server, grace);
    const fields = { q: "owner:ada", expected: "120", count: "120", key: "form-1234", reason };
    const applied = async () => (await server.store.readBulk({ key: "bulk_form-1234", limit: 1 }))?.applied;
    const first = post("/bulk/cancel", fields, json);
    await expect.poll(applied).toBe(50);
    // The time of the request is over: the page continues with another one.
    server.clock.skip(6_000);
    expect(await (await inTime(server, first)).json()).toMatchObject({ total: 120, applied: 50, left: 70 });
    const page = await (await get("/bulk/bulk_form-1234")).text();
    expect(page).toContain("50 of 120 done");
    expect(page).toContain("Continue");
    const other = open(server, { actor: "bob", may: ["cancel"] });
    expect((await other.post("/bulk/end", { key: "form-1234", reason })).status).toBe(403);
    expect((await post("/bulk/end", { key: "form-1234", reason })).status).toBe(409);
    const second = other.post("/bulk/cancel", { key: "form-1234", reason }, json);
    expect(await (await inTime(server, second)).json()).toMatchObject({ applied: 120, left: 0 });
    const [last] = await server.store.listOperatorActions({ ...anyAction, subject: null, before: null, limit: 1 });
    expect(last).toMatchObject({ actor: "bob", reason, bulk: "bulk_form-1234" });
    expect(await server.safelight.audit()).toEqual([]);
  });

  it("is 404 for an unknown key, and offers nothing to an operator who may read", async () => {
    const { ids, server } = await serverWith(1);
    const { get } = open(server, { actor: "bob", may: "read" });
    expect((await get("/bulk/bulk_unknown-1")).status).toBe(404);
    expect(await (await get("/generations")).text()).not.toContain("checkbox");
    expect(await (await get(`/bulk?id=${ids[0]}`)).text()).not.toContain('method="post"');
  });
});
