import { beforeEach, describe, expect, it } from "vitest";
import { type Device, hasLocks, openDevice } from "../../../test/device.js";
import { holdTime, pass } from "../../../test/pass.js";
import { claims, openTab } from "../../../test/teller-tab.js";
import { testServer } from "../../../test/test-server.js";

let server = testServer();
let told: string[] = [];

/** Five tabs of one device and two further devices, which are loaded anew while generations end. */
async function tellThroughManyPages() {
  const desk = openDevice(server, told);
  const devices = [...Array<Device>(5).fill(desk), openDevice(server, told), openDevice(server, told)];
  const pages = devices.map((device) => device.openTab());
  const ids = Array.from({ length: 20 }, () => server.submit().id);
  await pass(1_000);
  const connections = server.held;
  let lost = 0;
  for (const [index, id] of ids.entries()) {
    if (index % 2 === 0) server.complete(id);
    else server.fail(id);
    await pass(100 + ((index * 37) % 200));
    if (index % 3 === 2) continue;
    // Now and then the one that is about to tell.
    const given = pages.find(({ isGiven }) => isGiven);
    if (given !== undefined) lost += 1;
    (given ?? pages[(index * 3) % pages.length])?.reload();
    await pass((index * 61) % 300);
  }
  await pass(120_000);
  return { ids, connections, lost };
}

describe("useGenerationNotices, for many", { timeout: 60_000 }, () => {
  holdTime();
  beforeEach(() => {
    server = testServer({ credits: 1_000 });
    told = [];
  });

  it("tells twenty ends in twenty notices, over five tabs and two devices that are loaded anew in between", async () => {
    const { ids, connections, lost } = await tellThroughManyPages();
    expect(told.toSorted()).toEqual(ids);
    // The five share one, as the tabs of a browser do.
    expect(connections).toBe(hasLocks ? 3 : 7);
    expect(lost).toBeGreaterThan(2);
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
