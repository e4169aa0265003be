import type { ProblemCode } from "@safelight/client/contract";
import { renderHook } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";
import { openTab } from "../../../test/notice-tab.js";
import { holdTime, pass } from "../../../test/pass.js";
import { openPageOf } from "../../../test/set-up.js";
import { testServer } from "../../../test/test-server.js";
import { turn } from "../../../test/turn.js";

let server = testServer();
let presented: string[] = [];

const confirmed = () => server.requestsTo("POST /notices/confirm").map(({ json }) => Object(json).ids);
const refuse = (times: number, code: ProblemCode) => {
  for (let count = 0; count < times; count += 1) {
    server.refuseNext("POST /notices/confirm", code);
  }
};
const end = () => {
  const { id } = server.submit();
  server.complete(id);
  return id;
};

describe("useGenerationNotices, with refused confirmations", { timeout: 60_000 }, () => {
  holdTime();
  beforeEach(() => {
    server = testServer();
    presented = [];
  });

  it("confirms once per occasion, never in a loop", async () => {
    refuse(200, "internal");
    openTab(server, presented);
    await pass(1_000);
    const first = end();
    await pass(60_000);
    expect(presented).toEqual([first]);
    expect(confirmed()).toEqual([[first]]);
    const second = end();
    await pass(60_000);
    expect(presented).toEqual([first, second]);
    // The first when it is claimed again, and the second after it was presented. Then the first once more, unless its last
    // refusal is still on the way.
    expect(confirmed().slice(0, 2)).toEqual([[first], [first]]);
    expect(confirmed().flat()).toContain(second);
    expect(confirmed().length).toBeLessThanOrEqual(4);
  });

  /** A tab whose requests to a path get 503 until the time `until`. */
  const openCutOff = (path: string, until: number, into = presented) =>
    openTab(
      {
        ...server,
        fetch: (request) =>
          request.url.endsWith(path) && Date.now() < until
            ? Promise.resolve(new Response("", { status: 503 }))
            : server.fetch(request),
      },
      into,
    );

  it("presents after a claim was refused for minutes, without another occasion", async () => {
    openCutOff("/notices/claim", Date.now() + 150_000);
    await pass(1_000);
    const id = end();
    await pass(140_000);
    expect(presented).toEqual([]);
    await pass(60_000);
    expect(presented).toEqual([id]);
    const { length } = server.requestsTo("POST /notices/claim");
    await pass(300_000);
    expect(server.requestsTo("POST /notices/claim")).toHaveLength(length);
  });

  it("retries a refused claim with a growing delay, which starts over after a claim that succeeded", async () => {
    let isCutOff = true;
    let claims = 0;
    const fetch = async (request: Request) => {
      if (!request.url.endsWith("/notices/claim")) return server.fetch(request);
      claims += 1;
      return isCutOff ? new Response("", { status: 503 }) : server.fetch(request);
    };
    openTab({ ...server, fetch }, presented);
    await pass(1_000);
    const first = end();
    await pass(150_000);
    // The client sends each claim up to three times.
    expect(claims).toBeGreaterThan(15);
    expect(claims).toBeLessThan(40);
    isCutOff = false;
    await pass(60_000);
    expect(presented).toEqual([first]);
    isCutOff = true;
    claims = 0;
    end();
    // The event may arrive with the next poll, up to 30 seconds later.
    await pass(50_000);
    expect(claims).toBeGreaterThan(6);
  });

  it("confirms after confirmations were refused for a minute, so that no other tab presents again", async () => {
    openCutOff("/notices/confirm", Date.now() + 61_000);
    await pass(1_000);
    const id = end();
    await pass(100_000);
    expect(presented).toEqual([id]);
    expect(confirmed()).toEqual([[id]]);
    const other: string[] = [];
    openTab(server, other);
    await pass(60_000);
    expect(other).toEqual([]);
  });

  it("stops retrying when it unmounts, and confirms at the next mount", async () => {
    let refusals = 0;
    const page = openPageOf({
      fetch: (request) => {
        if (!request.url.endsWith("/notices/confirm") || refusals > 20) return server.fetch(request);
        refusals += 1;
        return Promise.resolve(new Response("", { status: 503 }));
      },
    });
    const onNotice = ({ id }: { readonly id: string }) => void presented.push(id);
    const open = () => renderHook(() => page.hooks.useGenerationNotices({ onNotice }), { wrapper: page.wrapper });
    const first = open();
    await pass(1_000);
    const id = end();
    await pass(1_000);
    first.unmount();
    await pass(10_000);
    const before = refusals;
    await pass(300_000);
    expect(refusals).toBe(before);
    refusals = 21;
    open();
    await pass(1_000);
    expect(confirmed()).toEqual([[id]]);
    expect(presented).toEqual([id]);
  });

  it("does not repeat a confirmation that is refused for good", async () => {
    refuse(1, "malformed_request");
    openTab(server, presented);
    await pass(1_000);
    const first = end();
    await pass(1_000);
    const second = end();
    await pass(1_000);
    expect(confirmed()).toEqual([[first], [second]]);
  });

  it("does not repeat a claim that is refused for good before the page is shown again", async () => {
    server.refuseNext("POST /notices/claim", "malformed_request");
    openTab(server, presented);
    await pass(1_000);
    const id = end();
    await pass(120_000);
    expect(server.requestsTo("POST /notices/claim")).toHaveLength(1);
    turn("hidden");
    turn("visible");
    await pass(1_000);
    expect(presented).toEqual([id]);
  });

  it("repeats a confirmation that was refused because the session had ended", async () => {
    refuse(1, "unauthenticated");
    openTab(server, presented);
    await pass(1_000);
    const first = end();
    await pass(1_000);
    const second = end();
    await pass(1_000);
    expect(confirmed()).toEqual([[first], [first], [second]]);
  });
});
