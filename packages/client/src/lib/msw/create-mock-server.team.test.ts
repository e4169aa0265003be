import { describe, expect, it } from "vitest";
import { type App, refusalOf } from "../../../test/mocked-network.js";
import { createSafelightClient } from "../create-safelight-client.js";
import { createMockServer } from "./create-mock-server.js";

/** A mock server, and a client without a network. */
function open() {
  const server = createMockServer({ models: { flux: { credits: 4 }, old: {} } });
  const client = createSafelightClient<App>({ baseUrl: "https://example.test", fetch: server.fetch });
  const idsOf = async (of: "own" | "team") => (await client.list({ of })).generations.map(({ id }) => id);
  return { server, client, idsOf };
}

describe("createMockServer, with teams", () => {
  it("shares a generation with the members of the team, and with no other owner", async () => {
    const { server, client, idsOf } = open();
    server.signIn("ann", { team: "crew" });
    const { generation } = await client.submit("flux", { prompt: "a lamp" }, { visibility: "team" });
    await client.submit("flux", { prompt: "a chair" });
    server.signIn("ben", { team: "crew" });
    expect([await idsOf("team"), await idsOf("own")]).toEqual([[generation.id], []]);
    expect(await client.get(generation.id, { of: "team" })).toMatchObject({
      ownerTag: "team:crew",
      submitterTag: "ann",
    });
    expect((await refusalOf(client.get(generation.id))).code).toBe("not_found");
    server.signIn("eve", { team: "rivals" });
    expect(await idsOf("team")).toEqual([]);
  });

  it("refuses a cancel and a delete by another member", async () => {
    const { server, client, idsOf } = open();
    server.signIn("ann", { team: "crew" });
    const { id } = server.queue("flux", { prompt: "a lamp" }, { visibility: "team" });
    server.signIn("ben", { team: "crew" });
    expect((await refusalOf(client.cancel(id, { of: "team" }))).code).toBe("forbidden");
    server.complete(id);
    expect((await refusalOf(client.delete(id, { of: "team" }))).code).toBe("forbidden");
    server.signIn("ann", { team: "crew" });
    await client.delete(id, { of: "team" });
    expect([await idsOf("team"), await idsOf("own")]).toEqual([[], []]);
  });

  it("refuses the visibility and the gallery of a team to an owner without one", async () => {
    const { client, idsOf } = open();
    const shared = client.submit("flux", { prompt: "a lamp" }, { visibility: "team" });
    expect(await refusalOf(shared)).toMatchObject({ code: "invalid_input", issues: [{ path: ["visibility"] }] });
    expect((await refusalOf(idsOf("team"))).code).toBe("forbidden");
  });
});
