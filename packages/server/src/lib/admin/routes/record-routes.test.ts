import { describe, expect, it } from "vitest";
import { bodyOf, testServer } from "../../../../testing/test-server.js";
import type { AuditViolation } from "../../ports/store/credits-store.js";
import { createAdmin } from "../create-admin.js";

const origin = "http://localhost";
const paths = ["", "/generations", "/accounts", "/accounts?id=ada", "/actions", "/audit", "/generations/ID"];

/** A server whose audits end when the test ends them. */
async function auditing() {
  const server = await testServer();
  const audits: { resolve(violations: readonly AuditViolation[]): void; reject(error: Error): void }[] = [];
  server.store.audit = () => new Promise((resolve, reject) => void audits.push({ resolve, reject }));
  const admin = createAdmin(server.safelight, { authorize: () => ({ actor: "grace", may: "everything" }) });
  const send = (method: string, accept = "application/json", path = "/audit") =>
    admin.handler(
      new Request(`${origin}/admin/safelight${path}`, {
        method,
        headers: { origin, accept, "content-type": "application/json" },
        ...(method === "POST" && { body: JSON.stringify({ reason: "weekly" }) }),
      }),
    );
  const records = async () => (await server.store.listOperatorActions({ subject: "*", before: null, limit: 9 })).length;
  const started = (count: number) => expect.poll(() => audits.length).toBe(count);
  return { audits, records, send, server, started };
}

describe("the audit", () => {
  it("is refused while one runs, also after its request timed out, and is not recorded then", async () => {
    const { audits, records, send, server, started } = await auditing();
    const first = send("POST");
    await started(1);
    const since = server.clock.now();
    const busy = await send("POST");
    expect([busy.status, await busy.json()]).toEqual([
      409,
      { status: 409, error: expect.stringContaining(new Date(since).toISOString()) },
    ]);
    await server.clock.advance(30_000);
    expect((await first).status).toBe(504);
    expect((await send("POST")).status).toBe(409);
    expect(await (await send("GET")).json()).toEqual({ runningSince: since });
    expect(await (await send("GET", "text/html")).text()).toContain("An audit has been running since");
    expect([audits.length, await records()]).toEqual([1, 1]);
  });

  it("may run again once the running one has ended, also with an error", async () => {
    const { audits, send, started } = await auditing();
    for (const [index, end] of (["resolve", "reject", "resolve"] as const).entries()) {
      const response = send("POST");
      await started(index + 1);
      if (end === "resolve") audits[index]?.resolve([]);
      else audits[index]?.reject(new Error("The connection was lost."));
      expect((await response).status).toBe(end === "resolve" ? 200 : 500);
    }
    expect(await (await send("GET")).json()).toEqual({ runningSince: null });
  });

  it("may run again after 15 minutes without an end, as for a request that its host has ended", async () => {
    const { audits, send, server, started } = await auditing();
    const lost = send("POST");
    await started(1);
    await server.clock.advance(15 * 60_000);
    await lost;
    const next = send("POST");
    await started(2);
    audits[0]?.resolve([]);
    expect((await send("POST")).status).toBe(409);
    audits[1]?.resolve([]);
    expect((await next).status).toBe(200);
  });
});

describe("each page", () => {
  it.each(paths)("is JSON for a client that accepts it: %s", async (path) => {
    const { send, server } = await auditing();
    const { id } = await server.as("ada").submit();
    const response = await send("GET", "application/json", path.replace("ID", id));
    expect([response.status, response.headers.get("content-type")]).toEqual([200, expect.stringContaining("json")]);
    expect(await bodyOf<object>(response)).toBeTypeOf("object");
  });

  it("is JSON also if it does not exist", async () => {
    const { send } = await auditing();
    const response = await send("GET", "application/json", "/nothing");
    expect([response.status, await response.json()]).toEqual([404, { status: 404, error: "There is no such page." }]);
  });
});
