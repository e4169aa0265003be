import type { NoticesResponse } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { bodyOf, problemOf, type TestCaller, testServer } from "../../../../testing/test-server.js";

async function claimed(caller: TestCaller, claim: string): Promise<readonly string[]> {
  const response = await caller.post("/notices/claim", { claim });
  expect(response.status).toBe(200);
  return (await bodyOf<NoticesResponse>(response)).generations.map(({ id }) => id);
}

describe("notices", () => {
  it("are leased to one tab, and to no other", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    expect(await claimed(ann, "tab-1")).toEqual([]);
    await ann.finish(id);
    expect(await claimed(ann, "tab-1")).toEqual([id]);
    expect(await claimed(ann, "tab-2")).toEqual([]);
    expect((await ann.post("/notices/confirm", { claim: "tab-1", ids: [id] })).status).toBe(204);
    expect((await ann.post("/notices/confirm", { claim: "tab-1", ids: [id] })).status).toBe(204);
    expect(await claimed(ann, "tab-1")).toEqual([]);
  });

  it("are leased to another tab 30 seconds after the first one crashed", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.finish(id);
    await claimed(ann, "tab-1");
    server.clock.skip(29_999);
    expect(await claimed(ann, "tab-2")).toEqual([]);
    server.clock.skip(1);
    expect(await claimed(ann, "tab-2")).toEqual([id]);
  });

  it("are only those of the owner", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { id } = await ann.submit();
    await ann.finish(id);
    expect(await claimed(server.as("bob"), "tab-1")).toEqual([]);
    await claimed(ann, "tab-1");
    await server.as("bob").post("/notices/confirm", { claim: "tab-1", ids: [id] });
    expect(await claimed(ann, "tab-1")).toEqual([id]);
  });

  it("are not leased once they were marked as seen", async () => {
    const ann = (await testServer()).as("ann");
    const { id } = await ann.submit();
    await ann.finish(id);
    await ann.post("/seen", { ids: [id] });
    expect(await claimed(ann, "tab-1")).toEqual([]);
  });

  it("need a valid claim and at most 100 ids", async () => {
    const ann = (await testServer()).as("ann");
    for (const claim of ["", "a b", "x".repeat(129)]) {
      expect((await problemOf(await ann.post("/notices/claim", { claim }))).code).toBe("invalid_input");
    }
    const ids = Array.from({ length: 101 }, () => "gen_x");
    const response = await ann.post("/notices/confirm", { claim: "tab-1", ids });
    expect((await problemOf(response)).code).toBe("invalid_input");
  });
});
