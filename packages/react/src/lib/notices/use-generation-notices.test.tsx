import { renderHook } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { claims, openTab } from "../../../test/notice-tab.js";
import { holdTime, pass } from "../../../test/pass.js";
import { openPage } from "../../../test/set-up.js";
import { testServer } from "../../../test/test-server.js";
import { turn } from "../../../test/turn.js";

let server = testServer();
let presented: string[] = [];

describe("useGenerationNotices", { timeout: 60_000 }, () => {
  holdTime();
  beforeEach(() => {
    server = testServer();
    presented = [];
  });

  it("presents a generation when it finishes, and confirms it", async () => {
    openTab(server, presented);
    await pass(1_000);
    expect(claims(server)).toEqual([]);
    const [done, failed] = [server.submit().id, server.submit().id];
    await pass(1_000);
    server.complete(done);
    await pass(1_000);
    expect(presented).toEqual([done]);
    server.fail(failed);
    await pass(1_000);
    expect(presented).toEqual([done, failed]);
    expect(server.requestsTo("POST /notices/confirm").map(({ json }) => Object(json).ids)).toEqual([[done], [failed]]);
    const names = claims(server).map(({ json }) => Object(json).claim);
    expect(new Set(names).size).toBe(2);
    await pass(600_000);
    expect(presented).toHaveLength(2);
    expect(claims(server)).toHaveLength(2);
  });

  it("presents generations that finished between visits, oldest first", async () => {
    const ids = [server.submit().id, server.submit().id, server.submit().id];
    for (const id of ids) server.complete(id);
    openTab(server, presented);
    await pass(1_000);
    expect(presented).toEqual(ids);
    expect(claims(server)).toHaveLength(1);
  });

  it("does not present a generation that was marked as seen", async () => {
    const { id } = server.submit();
    server.complete(id);
    server.markSeen(id);
    openTab(server, presented);
    await pass(60_000);
    expect(claims(server)).toEqual([]);
  });

  it("presents once over tabs and devices that claim at the same time", async () => {
    for (let tab = 0; tab < 5; tab += 1) openTab(server, presented);
    await pass(1_000);
    const { id } = server.submit();
    server.complete(id);
    await pass(300_000);
    expect(presented).toEqual([id]);
    // One claim for each when it finished, and one more for each page that received nothing.
    expect(claims(server).length).toBeLessThanOrEqual(9);
  });

  it("presents once with two hooks in one tab, through the one that mounted first", async () => {
    const page = openPage(server);
    const [first, second] = [vi.fn(), vi.fn()];
    const tab = renderHook(
      () => {
        page.hooks.useGenerationNotices({ onNotice: first });
        page.hooks.useGenerationNotices({ onNotice: second });
      },
      { wrapper: page.wrapper },
    );
    await pass(1_000);
    server.complete(server.submit().id);
    await pass(60_000);
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 0]);
    tab.unmount();
  });

  it("presents notices that were claimed before a remount at once after it, under the same claim", async () => {
    const { id } = server.submit();
    server.complete(id);
    const release = server.stallNext("POST /notices/claim", "response");
    const page = openPage(server);
    const onNotice = vi.fn();
    const open = () => renderHook(() => page.hooks.useGenerationNotices({ onNotice }), { wrapper: page.wrapper });
    const first = open();
    await pass(1_000);
    first.unmount();
    release();
    await pass(1_000);
    expect(onNotice).not.toHaveBeenCalled();
    open();
    await pass(1_000);
    expect(onNotice).toHaveBeenCalledTimes(1);
    const [before, after] = claims(server).map(({ json }) => Object(json).claim);
    expect(before).toBe(after);
    await pass(60_000);
    expect(onNotice).toHaveBeenCalledTimes(1);
  });

  it("presents a notice that a closed tab had claimed, after its lease expired", async () => {
    const { id } = server.submit();
    server.complete(id);
    expect((await openPage(server).client.claimNotices("claim-of-the-dead")).generations).toHaveLength(1);
    openTab(server, presented);
    await pass(29_000);
    expect(presented).toEqual([]);
    await pass(5_000);
    expect(presented).toEqual([id]);
  });

  it("does not present a notice whose lease has expired, since another page may have presented it", async () => {
    const { id } = server.submit();
    server.complete(id);
    const release = server.stallNext("POST /notices/claim", "response");
    const [slept, other]: [string[], string[]] = [[], []];
    openTab(server, slept);
    await pass(1_000);
    vi.setSystemTime(Date.now() + 60_000);
    openTab(server, other);
    await pass(1_000);
    expect(other).toEqual([id]);
    release();
    await pass(120_000);
    expect([slept, other]).toEqual([[], [id]]);
  });

  it("presents nothing while the page is hidden, and everything once it is visible", async () => {
    turn("hidden");
    openTab(server, presented);
    await pass(1_000);
    const { id } = server.submit();
    server.complete(id);
    await pass(120_000);
    expect(claims(server)).toEqual([]);
    turn("visible");
    await pass(1_000);
    expect(presented).toEqual([id]);
  });

  it("waits for visible pages with whileHidden", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    turn("hidden");
    openTab(server, presented, { whileHidden: true });
    await pass(1_000);
    const { id } = server.submit();
    server.complete(id);
    await pass(120_000);
    expect(presented).toEqual([id]);
    const { length } = claims(server);
    const later = server.submit().id;
    server.complete(later);
    await pass(5_900);
    expect(claims(server)).toHaveLength(length);
  });

  it("retries a failed claim at the next occasion, never in a loop", async () => {
    openTab(server, presented);
    await pass(1_000);
    const [first, second] = [server.submit().id, server.submit().id];
    for (let count = 0; count < 2; count += 1) {
      server.refuseNext("POST /notices/claim", "internal");
    }
    server.complete(first);
    await pass(1_000);
    for (let step = 1; step < 10; step += 1) {
      server.progress(second, step / 10);
      await pass(1_000);
    }
    expect(claims(server)).toHaveLength(1);
    turn("visible");
    await pass(1_000);
    expect(claims(server)).toHaveLength(2);
    expect(presented).toEqual([]);
    server.complete(second);
    await pass(1_000);
    expect(presented.toSorted()).toEqual([first, second]);
    await pass(600_000);
    expect(claims(server).length).toBeLessThanOrEqual(4);
  });

  it("presents once when the response of the claim or of the confirmation was lost", async () => {
    openTab(server, presented);
    await pass(1_000);
    server.interceptNext("POST /notices/claim", async (_, serve) => {
      await serve();
      return new Response(null, { status: 500 });
    });
    server.refuseNext("POST /notices/confirm", "internal");
    const { id } = server.submit();
    server.complete(id);
    await pass(1_000);
    expect(presented).toEqual([]);
    turn("visible");
    await pass(1_000);
    expect(presented).toEqual([id]);
    await pass(60_000);
    const later = server.submit().id;
    server.complete(later);
    await pass(60_000);
    expect(presented).toEqual([id, later]);
    const confirmed = server.requestsTo("POST /notices/confirm").flatMap(({ json }) => Object(json).ids);
    expect(confirmed).toEqual(expect.arrayContaining([id, later]));
    const other: string[] = [];
    openTab(server, other);
    await pass(60_000);
    expect(other).toEqual([]);
  });

  it("continues after a callback that throws, and reports its error", async () => {
    const report = vi.fn();
    vi.stubGlobal("reportError", report);
    const ids = [server.submit().id, server.submit().id];
    for (const id of ids) server.complete(id);
    openTab(server, presented, {
      onNotice: ({ id }) => {
        presented.push(id);
        if (id === ids[0]) throw new Error("the host's mistake");
      },
    });
    await pass(60_000);
    expect(presented).toEqual(ids);
    expect(report.mock.calls).toEqual([[new Error("the host's mistake")]]);
  });

  it("does not present notices that were claimed for the previous owner", async () => {
    openTab(server, presented);
    await pass(1_000);
    const release = server.stallNext("POST /notices/claim", "response");
    server.complete(server.submit().id);
    await pass(1_000);
    server.signIn("owner-b");
    await pass(1_000);
    release();
    await pass(60_000);
    expect(presented).toEqual([]);
  });

  it("does nothing while it is disabled", async () => {
    server.complete(server.submit().id);
    openTab(server, presented, { enabled: false });
    await pass(60_000);
    expect(server.received()).toEqual([]);
  });
});
