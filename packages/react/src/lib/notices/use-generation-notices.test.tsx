import { renderHook } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { holdTime, pass } from "../../../test/pass.js";
import { openPage } from "../../../test/set-up.js";
import { claims, openTab } from "../../../test/teller-tab.js";
import { testServer } from "../../../test/test-server.js";
import { turn } from "../../../test/turn.js";

let server = testServer();
let told: string[] = [];

describe("useGenerationNotices", { timeout: 60_000 }, () => {
  holdTime();
  beforeEach(() => {
    server = testServer();
    told = [];
  });

  it("tells what ends, when it ends, and confirms it", async () => {
    openTab(server, told);
    await pass(1_000);
    expect(claims(server)).toEqual([]);
    const [done, failed] = [server.submit().id, server.submit().id];
    await pass(1_000);
    server.complete(done);
    await pass(1_000);
    expect(told).toEqual([done]);
    server.fail(failed);
    await pass(1_000);
    expect(told).toEqual([done, failed]);
    expect(server.requestsTo("POST /notices/confirm").map(({ json }) => Object(json).ids)).toEqual([[done], [failed]]);
    const names = claims(server).map(({ json }) => Object(json).claim);
    expect(new Set(names).size).toBe(2);
    await pass(600_000);
    expect(told).toHaveLength(2);
    expect(claims(server)).toHaveLength(2);
  });

  it("tells at the first visit after it what ended meanwhile, oldest first", async () => {
    const ids = [server.submit().id, server.submit().id, server.submit().id];
    for (const id of ids) server.complete(id);
    openTab(server, told);
    await pass(1_000);
    expect(told).toEqual(ids);
    expect(claims(server)).toHaveLength(1);
  });

  it("does not tell what was marked as seen", async () => {
    const { id } = server.submit();
    server.complete(id);
    server.markSeen(id);
    openTab(server, told);
    await pass(60_000);
    expect(claims(server)).toEqual([]);
  });

  it("tells once over tabs and devices, also when they ask together", async () => {
    for (let tab = 0; tab < 5; tab += 1) openTab(server, told);
    await pass(1_000);
    const { id } = server.submit();
    server.complete(id);
    await pass(300_000);
    expect(told).toEqual([id]);
    // Each once when it ended, and those who were given nothing once more.
    expect(claims(server).length).toBeLessThanOrEqual(9);
  });

  it("tells once with two hooks in one tab, through the one that was there first", async () => {
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

  it("tells after a remount what was claimed before it, with the same claim and at once", async () => {
    const { id } = server.submit();
    server.complete(id);
    const letGoOn = server.stallNext("POST /notices/claim", "answer");
    const page = openPage(server);
    const onNotice = vi.fn();
    const open = () => renderHook(() => page.hooks.useGenerationNotices({ onNotice }), { wrapper: page.wrapper });
    const first = open();
    await pass(1_000);
    first.unmount();
    letGoOn();
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

  it("tells what another tab claimed and died with, when its time is over", async () => {
    const { id } = server.submit();
    server.complete(id);
    expect((await openPage(server).client.claimNotices("claim-of-the-dead")).generations).toHaveLength(1);
    openTab(server, told);
    await pass(29_000);
    expect(told).toEqual([]);
    await pass(5_000);
    expect(told).toEqual([id]);
  });

  it("does not tell what it was given so long ago that another one has told it", async () => {
    const { id } = server.submit();
    server.complete(id);
    const letGoOn = server.stallNext("POST /notices/claim", "answer");
    const [slept, other]: [string[], string[]] = [[], []];
    openTab(server, slept);
    await pass(1_000);
    vi.setSystemTime(Date.now() + 60_000);
    openTab(server, other);
    await pass(1_000);
    expect(other).toEqual([id]);
    letGoOn();
    await pass(120_000);
    expect([slept, other]).toEqual([[], [id]]);
  });

  it("tells nothing while the page is hidden, and everything when it is shown", async () => {
    turn("hidden");
    openTab(server, told);
    await pass(1_000);
    const { id } = server.submit();
    server.complete(id);
    await pass(120_000);
    expect(claims(server)).toEqual([]);
    turn("visible");
    await pass(1_000);
    expect(told).toEqual([id]);
  });

  it("waits for the pages that are looked at, where it may tell while it is hidden", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    turn("hidden");
    openTab(server, told, { whileHidden: true });
    await pass(1_000);
    const { id } = server.submit();
    server.complete(id);
    await pass(120_000);
    expect(told).toEqual([id]);
    const { length } = claims(server);
    const later = server.submit().id;
    server.complete(later);
    await pass(5_900);
    expect(claims(server)).toHaveLength(length);
  });

  it("asks again after a failed claim at the next occasion, never in a loop", async () => {
    openTab(server, told);
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
    expect(told).toEqual([]);
    server.complete(second);
    await pass(1_000);
    expect(told.toSorted()).toEqual([first, second]);
    await pass(600_000);
    expect(claims(server).length).toBeLessThanOrEqual(4);
  });

  it("tells once when the answer was lost, or the confirmation was", async () => {
    openTab(server, told);
    await pass(1_000);
    server.interceptNext("POST /notices/claim", async (_, serve) => {
      await serve();
      return new Response(null, { status: 500 });
    });
    server.refuseNext("POST /notices/confirm", "internal");
    const { id } = server.submit();
    server.complete(id);
    await pass(1_000);
    expect(told).toEqual([]);
    turn("visible");
    await pass(1_000);
    expect(told).toEqual([id]);
    await pass(60_000);
    const later = server.submit().id;
    server.complete(later);
    await pass(60_000);
    expect(told).toEqual([id, later]);
    const confirmed = server.requestsTo("POST /notices/confirm").flatMap(({ json }) => Object(json).ids);
    expect(confirmed).toEqual(expect.arrayContaining([id, later]));
    const other: string[] = [];
    openTab(server, other);
    await pass(60_000);
    expect(other).toEqual([]);
  });

  it("goes on after a callback that throws, and reports it", async () => {
    const report = vi.fn();
    vi.stubGlobal("reportError", report);
    const ids = [server.submit().id, server.submit().id];
    for (const id of ids) server.complete(id);
    openTab(server, told, {
      onNotice: ({ id }) => {
        told.push(id);
        if (id === ids[0]) throw new Error("the host's mistake");
      },
    });
    await pass(60_000);
    expect(told).toEqual(ids);
    expect(report.mock.calls).toEqual([[new Error("the host's mistake")]]);
  });

  it("tells nobody what was given to the one who was signed in before", async () => {
    openTab(server, told);
    await pass(1_000);
    const letGoOn = server.stallNext("POST /notices/claim", "answer");
    server.complete(server.submit().id);
    await pass(1_000);
    server.signIn("owner-b");
    await pass(1_000);
    letGoOn();
    await pass(60_000);
    expect(told).toEqual([]);
  });

  it("does nothing while it is not enabled", async () => {
    server.complete(server.submit().id);
    openTab(server, told, { enabled: false });
    await pass(60_000);
    expect(server.asked()).toEqual([]);
  });
});
