import { beforeEach, describe, expect, it, vi } from "vitest";
import { claims, openTab } from "../../../test/notice-tab.js";
import { holdTime, pass } from "../../../test/pass.js";
import { openPage } from "../../../test/set-up.js";
import { testServer } from "../../../test/test-server.js";
import { turn } from "../../../test/turn.js";

let server = testServer();
let presented: string[] = [];

/** A finished generation whose notice is leased to a page that has crashed. */
const leaseToCrashedPage = async () => {
  const { id } = server.submit();
  server.complete(id);
  await openPage(server).client.claimNotices(`claim-of-${id}`);
  return id;
};

describe("useGenerationNotices, with leases of other pages", { timeout: 60_000 }, () => {
  holdTime();
  beforeEach(() => {
    server = testServer();
    presented = [];
  });

  /** A tab whose claims are refused with 503 while `isCutOff` is set. */
  const openCutOff = () => {
    const state = { isCutOff: false };
    const fetch: typeof server.fetch = (request) =>
      state.isCutOff && request.url.endsWith("/notices/claim")
        ? Promise.resolve(new Response("", { status: 503 }))
        : server.fetch(request);
    openTab({ ...server, fetch }, presented);
    return state;
  };

  it("claims again after the lease of a crashed page, although the first claim has failed", async () => {
    const id = await leaseToCrashedPage();
    const network = openCutOff();
    network.isCutOff = true;
    await pass(4_000);
    network.isCutOff = false;
    await pass(20_000);
    expect(claims(server).length).toBeGreaterThan(1);
    expect(presented).toEqual([]);
    await pass(40_000);
    expect(presented).toEqual([id]);
  });

  it("claims one generation again after its lease, although the claim of another one has failed since", async () => {
    const first = await leaseToCrashedPage();
    const network = openCutOff();
    await pass(2_000);
    expect(claims(server)).toHaveLength(2);
    network.isCutOff = true;
    const { id } = server.submit();
    server.complete(id);
    await pass(4_000);
    network.isCutOff = false;
    await pass(10_000);
    expect(presented).toEqual([id]);
    await pass(30_000);
    expect(presented).toEqual([id, first]);
  });

  it("claims again after a response that took longer than the lease", async () => {
    const id = await leaseToCrashedPage();
    openTab(server, presented);
    await pass(2_000);
    const release = server.stallNext("POST /notices/claim", "response");
    await pass(32_000);
    expect(claims(server)).toHaveLength(3);
    vi.setSystemTime(Date.now() + 60_000);
    release();
    await pass(60_000);
    expect(presented).toEqual([id]);
  });

  it("does not present the result of a repeated claim after the lease of the first attempt", async () => {
    const [slow, other]: [string[], string[]] = [[], []];
    openTab(server, slow);
    await pass(1_000);
    server.interceptNext("POST /notices/claim", async (_, serve) => {
      await serve();
      return new Response(null, { status: 500 });
    });
    const { id } = server.submit();
    server.complete(id);
    await pass(28_000);
    const release = server.stallNext("POST /notices/claim", "response");
    turn("visible");
    await pass(4_000);
    expect(claims(server)).toHaveLength(2);
    openTab(server, other);
    await pass(1_000);
    expect(other).toEqual([id]);
    release();
    await pass(120_000);
    expect([slow, other]).toEqual([[], [id]]);
  });

  it("stops claiming generations that another page has presented", async () => {
    const { id } = server.submit();
    server.complete(id);
    const { client } = openPage(server);
    await client.claimNotices("claim-of-another-page");
    openTab(server, presented);
    await pass(1_000);
    await client.confirmNotices("claim-of-another-page", [id]);
    await pass(40_000);
    const { length } = claims(server);
    await pass(600_000);
    expect(claims(server)).toHaveLength(length);
    expect(presented).toEqual([]);
  });
});
