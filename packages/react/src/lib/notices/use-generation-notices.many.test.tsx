import { beforeEach, describe, expect, it } from "vitest";
import { type Device, type DeviceTab, hasLocks, openDevice } from "../../../test/device.js";
import { claims, openTab } from "../../../test/notice-tab.js";
import { holdTime, pass } from "../../../test/pass.js";
import { testServer } from "../../../test/test-server.js";

let server = testServer();
let presented: string[] = [];

/** Five tabs of one device and two further devices, which are reloaded while generations finish. */
async function presentThroughManyPages() {
  const desk = openDevice(server, presented);
  const devices = [...Array<Device>(5).fill(desk), openDevice(server, presented), openDevice(server, presented)];
  const pages: DeviceTab[] = [];
  for (const device of devices) pages.push(await device.openTab());
  const ids = Array.from({ length: 20 }, () => server.submit().id);
  await pass(1_000);
  const connections = server.held;
  let lost = 0;
  for (const [index, id] of ids.entries()) {
    if (index % 2 === 0) server.complete(id);
    else server.fail(id);
    await pass(100 + ((index * 37) % 200));
    if (index % 3 === 2) continue;
    // Sometimes reloads the tab that is about to present a notice.
    const receiving = pages.find(({ hasNoticeInFlight }) => hasNoticeInFlight);
    if (receiving !== undefined) lost += 1;
    await (receiving ?? pages[(index * 3) % pages.length])?.reload();
    await pass((index * 61) % 300);
  }
  await pass(120_000);
  return { ids, connections, lost };
}

describe("useGenerationNotices, with many pages", { timeout: 60_000 }, () => {
  holdTime();
  beforeEach(() => {
    server = testServer({ credits: 1_000 });
    presented = [];
  });

  it("presents twenty finished generations once each, over five tabs and two devices that are reloaded in between", async () => {
    const { ids, connections, lost } = await presentThroughManyPages();
    expect(presented.toSorted()).toEqual(ids);
    // The five tabs share one connection, as the tabs of a browser do.
    expect(connections).toBe(hasLocks ? 3 : 7);
    expect(lost).toBeGreaterThan(2);
  });

  it("presents every unseen generation at the first visit", async () => {
    const ids = Array.from({ length: 45 }, () => server.submit().id);
    for (const id of ids) server.complete(id);
    openTab(server, presented);
    await pass(1_000);
    expect(presented.toSorted()).toEqual(ids.toSorted());
    expect(claims(server)).toHaveLength(3);
  });
});
