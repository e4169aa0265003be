import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { getMigrations } from "better-auth/db/migration";

const url = "http://localhost:3000";
process.env.APP_URL = url;
process.env.APP_SECRET = "a secret of the tests, and of nothing else";
const { auth } = await import("./documented/auth.ts");
const { safelight } = await import("./documented/safelight.ts");
const { identifyMember } = await import("./documented/identify-member.ts");
const { operatorPage } = await import("./documented/operator-page.ts");

const password = "correct horse";

/** A session, which sends the cookies of the latest response that has set some. */
class Session {
  headers = new Headers({ origin: url, "content-type": "application/json" });

  async post(path: string, body: object): Promise<{ readonly id: string; readonly user: { readonly id: string } }> {
    const request = new Request(`${url}/api/auth/${path}`, {
      method: "POST",
      headers: this.headers,
      body: JSON.stringify(body),
    });
    const response = await auth.handler(request);
    assert.equal(response.status, 200, `${path}: ${await response.clone().text()}`);
    const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
    if (cookies.length > 0) this.headers.set("cookie", cookies.join("; "));
    return response.json();
  }

  async signUp(name: string): Promise<string> {
    const { user } = await this.post("sign-up/email", { email: `${name}@example.com`, password, name });
    return user.id;
  }
}

describe("Better Auth", () => {
  before(async () => {
    await (await getMigrations(auth.options)).runMigrations();
  });
  after(async () => {
    assert.deepEqual(await safelight.audit(), []);
    await safelight.close();
  });

  test("moves the generations of a guest to the new user, and deletes them with the user", async () => {
    const session = new Session();
    await session.post("sign-in/anonymous", {});
    const { generation } = await safelight.api.submit({ headers: session.headers }, "poster", { prompt: "a lake" });
    const userId = await session.signUp("ann");
    assert.equal((await safelight.api.get({ ownerId: userId }, generation.id)).id, generation.id);
    const { headers } = session;
    await session.post("delete-user", { password });
    await assert.rejects(safelight.api.get({ ownerId: userId }, generation.id), { code: "not_found" });
    await assert.rejects(safelight.api.active({ headers }), { code: "unauthenticated" });
  });

  test("charges the active organization until the member is removed", async () => {
    const owner = new Session();
    await owner.signUp("ben");
    const member = new Session();
    const memberId = await member.signUp("cara");
    const { id: organizationId } = await owner.post("organization/create", { name: "Seven", slug: "seven" });
    await auth.api.addMember({ body: { userId: memberId, organizationId, role: "member" } });
    await member.post("organization/set-active", { organizationId });
    assert.deepEqual(await identifyMember(member), { ownerId: memberId, accountId: organizationId });
    await owner.post("organization/remove-member", { memberIdOrEmail: "cara@example.com", organizationId });
    assert.deepEqual(await identifyMember(member), { ownerId: memberId, accountId: memberId });
  });

  test("serves the operator page to the role admin, and 404 to others", async () => {
    const session = new Session();
    const id = await session.signUp("dan");
    const open = () => operatorPage.handler(new Request(`${url}/admin/safelight`, { headers: session.headers }));
    assert.equal((await open()).status, 404);
    await (await auth.$context).internalAdapter.updateUser(id, { role: "admin" });
    assert.equal((await open()).status, 200);
  });
});
