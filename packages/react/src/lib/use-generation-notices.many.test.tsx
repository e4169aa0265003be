import { beforeEach, describe, expect, it } from "vitest";
import { holdTime, pass } from "../../test/pass.js";
import { claims, openTab } from "../../test/teller-tab.js";
import { testServer } from "../../test/test-server.js";

let server = testServer();
let told: string[] = [];

/** Tabs that are opened, closed and loaded anew while generations end; answers what was told. */
async function tellThroughManyTabs(): Promise<string[]> {
  const tabs = Array.from({ length: 5 }, () => openTab(server, told));
  const ids = Array.from({ length: 20 }, () => server.submit().id);
  await pass(1_000);
  for (const [index, id] of ids.entries()) {
    if (index % 2 === 0) server.complete(id);
    else server.fail(id);
    await pass((index * 37) % 200);
    const place = index % tabs.length;
    if (index % 3 === 0) {
      tabs[place]?.unmount();
      tabs[place] = openTab(server, told);
      await pass((index * 61) % 300);
    }
  }
  await pass(120_000);
  return ids;
}

describe("useGenerationNotices, for many", { timeout: 60_000 }, () => {
  holdTime();
  beforeEach(() => {
    server = testServer({ credits: 1_000 });
    told = [];
  });

  it("tells twenty ends in twenty notices, over five tabs of two devices that are loaded anew in between", async () => {
    const ids = await tellThroughManyTabs();
    expect(told.toSorted()).toEqual(ids);
  });

  it("tells everything at the first visit, however much has ended", async () => {
    const ids = Array.from({ length: 45 }, () => server.submit().id);
    for (const id of ids) server.complete(id);
    openTab(server, told);
    await pass(1_000);
    expect(told.toSorted()).toEqual(ids.toSorted());
    expect(claims(server)).toHaveLength(3);
  });
});
