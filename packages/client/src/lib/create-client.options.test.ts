import { describe, expect, it } from "vitest";
import { manualServer } from "../../test/manual-server.js";
import { testClient } from "../../test/test-client.js";

const server = manualServer();

describe("createClient", () => {
  it("sends no unknown options, such as the context of a TanStack Query function", async () => {
    const { client } = testClient();
    const context = { queryKey: ["history"], client: {}, meta: "m", direction: "forward", limit: 5 };
    const page = { generations: [], unseen: [], models: [], entries: [], nextCursor: null };
    for (const call of [client.list, client.active, client.models, client.credits]) {
      const listed = call(context);
      const request = await server.next();
      expect(request.path.split("?")[1]).toBe("limit=5");
      request.json(page);
      await listed;
    }
  });

  it("sends a claim in the format of the contract, and the same one with its confirmation", async () => {
    const { client } = testClient();
    const id = `${"x".repeat(40)}: a key/of the host ${"y".repeat(100)}`;
    const claimed = client.claimNotices(id);
    const claim = await server.next();
    const { claim: sent } = JSON.parse(claim.body);
    expect(sent).toMatch(/^[\w-]{128}$/);
    claim.json({ generations: [] });
    await claimed;
    const confirmed = client.confirmNotices(id, ["gen_1"]);
    const confirmation = await server.next();
    expect(JSON.parse(confirmation.body)).toEqual({ claim: sent, ids: ["gen_1"] });
    confirmation.answer(new Response(null, { status: 204 }));
    await confirmed;
  });
});
