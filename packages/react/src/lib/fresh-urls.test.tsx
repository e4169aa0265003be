import { dehydrate, focusManager, hydrate, QueryObserver } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { clockAhead } from "../../test/clock-ahead.js";
import { lateChunk } from "../../test/late-chunk.js";
import { openPage, openPageOf } from "../../test/set-up.js";
import { testServer } from "../../test/test-server.js";
import { liveModule } from "./connection/live-of.js";
import * as publicOptions from "./query/fresh-query-options.js";
import { activeQueryOptions, generationQueryOptions } from "./query/query-options.js";
import { urlSchedule } from "./query/url-schedule.js";

const minutes = (count: number) => act(() => vi.advanceTimersByTimeAsync(count * 60_000));
const soon = () => act(() => vi.advanceTimersByTimeAsync(500));

function urlOf(generation: { readonly status: string; readonly urlsExpireAt: string | null } | null | undefined) {
  return generation?.urlsExpireAt;
}

describe("the URLs of generations on the page", () => {
  beforeEach(() => {
    sessionStorage.clear();
    // URLs stay the same for a third of their lifetime, which starts here.
    vi.useFakeTimers({ now: Date.parse("2026-01-01T00:00:00.000Z") });
  });
  afterEach(() => {
    focusManager.setFocused(undefined);
    vi.useRealTimers();
  });

  /** A server whose URLs expire after ten minutes, with one completed generation that was seen. */
  function openGallery({ aheadMs = 0 } = {}) {
    const server = testServer({ urlLifetimeMs: 600_000 });
    const { id } = server.complete(server.submit().id);
    server.markSeen(id);
    return { server, ...openPageOf(clockAhead(server, aheadMs)), id };
  }

  it("are refetched a minute before they expire, for as long as they are shown", async () => {
    const { server, hooks, wrapper, id } = openGallery();
    const { result } = renderHook(
      () => [hooks.useGenerationHistory().generations[0], hooks.useGeneration(id).generation],
      { wrapper },
    );
    await soon();
    const first = urlOf(result.current[0]);
    const requested = () => server.received().filter(({ path }) => !path.startsWith("/active")).length;
    const before = requested();
    await minutes(8.5);
    expect(requested()).toBe(before);
    await minutes(1);
    const second = urlOf(result.current[0]);
    expect(Date.parse(second ?? "")).toBeGreaterThan(Date.parse(first ?? ""));
    expect(urlOf(result.current[1])).toBe(second);
    await minutes(60);
    expect(Date.parse(urlOf(result.current[0]) ?? "")).toBeGreaterThan(Date.now());
    expect(requested() - before).toBeLessThan(20);
  });

  it("are refetched once per lifetime, not in a loop, by a device whose clock is a month behind", async () => {
    const { server, hooks, wrapper } = openGallery({ aheadMs: 30 * 86_400_000 });
    renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await minutes(60);
    const { length } = server.requestsTo("GET /");
    expect(length).toBeGreaterThan(5);
    expect(length).toBeLessThan(12);
  });

  it.each([
    ["behind", 1_200_000],
    ["ahead", -1_200_000],
  ])("are refetched once per lifetime by a device whose clock is 20 minutes %s", async (_, aheadMs) => {
    const { server, hooks, wrapper, id } = openGallery({ aheadMs });
    // The clock offset is known only after the URLs.
    const release = server.stallNext("GET /active", "response");
    const view = () => renderHook(() => [hooks.useGenerationHistory(), hooks.useGeneration(id)], { wrapper });
    const first = view();
    await soon();
    release();
    await soon();
    const requested = () => server.received().filter(({ path }) => !path.startsWith("/active")).length;
    const before = requested();
    await minutes(8.5);
    expect(requested()).toBe(before);
    first.unmount();
    view();
    await soon();
    expect(requested()).toBe(before);
    await minutes(1);
    // The response to one query also updates the other.
    expect(requested()).toBe(before + 1);
  });

  it("are refetched before they expire in data of a server whose clock is ahead", async () => {
    const { hooks, wrapper, id, server, queryClient, client } = openGallery({ aheadMs: 1_200_000 });
    await queryClient.fetchQuery(generationQueryOptions(client, id));
    const state = dehydrate(queryClient);
    queryClient.clear();
    for (const query of state.queries) query.state.dataUpdatedAt += 1_200_000;
    hydrate(queryClient, state);
    renderHook(() => hooks.useGeneration(id), { wrapper });
    await soon();
    const before = server.requestsTo("GET /:id").length;
    await minutes(9.5);
    expect(server.requestsTo("GET /:id")).toHaveLength(before + 1);
  });

  it("are those of the last response in every hook", async () => {
    const { hooks, wrapper, id } = openGallery();
    const { result } = renderHook(
      () => ({ history: hooks.useGenerationHistory(), one: hooks.useGeneration(id).generation }),
      { wrapper },
    );
    await soon();
    await minutes(4);
    const before = urlOf(result.current.one);
    await act(() => result.current.history.refetch());
    await soon();
    expect(urlOf(result.current.one)).toBe(urlOf(result.current.history.generations[0]));
    expect(urlOf(result.current.one)).not.toBe(before);
  });

  it("are fresh in useGenerate, too, without a repeated onCompleted", async () => {
    const { server, hooks, wrapper } = openPage(testServer({ urlLifetimeMs: 600_000 }));
    const onCompleted = vi.fn();
    const { result, unmount } = renderHook(() => hooks.useGenerate({ model: "flux", onCompleted }), { wrapper });
    await act(() => result.current.generateAsync({ prompt: "a lamp" }));
    const id = result.current.generation?.id ?? "";
    await act(async () => void server.complete(id));
    server.markSeen(id);
    await soon();
    const first = urlOf(result.current.generation);
    await minutes(10);
    expect(Date.parse(urlOf(result.current.generation) ?? "")).toBeGreaterThan(Date.parse(first ?? ""));
    expect(onCompleted).toHaveBeenCalledTimes(1);
    unmount();
    const { length } = server.requestsTo(`GET /${id}`);
    await minutes(60);
    expect(server.requestsTo(`GET /${id}`)).toHaveLength(length);
  });

  it("are refetched when the page becomes visible again, or at the next mount", async () => {
    const { server, hooks, wrapper } = openGallery();
    const first = renderHook(() => hooks.useGenerationHistory().generations[0], { wrapper });
    await soon();
    act(() => focusManager.setFocused(false));
    await minutes(30);
    const lists = () => server.requestsTo("GET /").length;
    const requested = lists();
    act(() => focusManager.setFocused(true));
    await soon();
    expect(lists()).toBe(requested + 1);
    expect(Date.parse(urlOf(first.result.current) ?? "")).toBeGreaterThan(Date.now());
    first.unmount();
    await minutes(4);
    renderHook(() => hooks.useGenerationHistory().generations[0], { wrapper });
    await soon();
    expect(lists()).toBe(requested + 1);
  });

  it("cause no request if there are none", async () => {
    const { server, hooks, wrapper } = openPage(testServer({ urlLifetimeMs: 600_000 }));
    server.submit();
    renderHook(
      () => [hooks.useGenerationHistory(), hooks.useActiveGeneration(), hooks.useGenerate({ model: "flux" })],
      {
        wrapper,
      },
    );
    await soon();
    const requested = server.received().length;
    await minutes(60);
    expect(
      server
        .received()
        .slice(requested)
        .every(({ path }) => path.startsWith("/active?after=")),
    ).toBe(true);
  });

  it("are refetched at most once a minute, for any device clock and any response", async () => {
    const { server, hooks, wrapper } = openGallery({ aheadMs: -1_200_000 });
    renderHook(() => hooks.useGenerationHistory(), { wrapper });
    await soon();
    const lists = () => server.requestsTo("GET /").length;
    const requested = lists();
    await minutes(5);
    expect(lists() - requested).toBeLessThanOrEqual(5);
    for (let request = 0; request < 50; request += 1) server.refuseNext("GET /", "forbidden");
    const before = lists();
    await minutes(5);
    expect(lists() - before).toBeLessThanOrEqual(5);
  });

  it("are refetched, if they have expired, once the code of the connection has loaded", async () => {
    const { hooks, wrapper, id, server, queryClient, client } = openGallery();
    await queryClient.fetchQuery(generationQueryOptions(client, id));
    // With a position, the connection requests no list, whose response would apply the schedule.
    await queryClient.fetchQuery(activeQueryOptions(client));
    const state = dehydrate(queryClient);
    await minutes(60);
    hydrate(queryClient, state);
    urlSchedule.current = null;
    const live = lateChunk(liveModule);
    renderHook(() => hooks.useGeneration(id), { wrapper });
    await soon();
    expect(server.requestsTo(`GET /${id}`)).toHaveLength(1);
    live.arrive();
    await act(() => vi.advanceTimersByTimeAsync(1_500));
    expect(server.requestsTo(`GET /${id}`)).toHaveLength(2);
  });

  it("are kept valid by the options of @safelight/react/query, without a hook", async () => {
    const { id, server, queryClient, client } = openGallery();
    urlSchedule.current = null;
    const observer = new QueryObserver(queryClient, publicOptions.generationQueryOptions(client, id));
    onTestFinished(observer.subscribe(() => {}));
    await soon();
    await minutes(9.5);
    expect(server.requestsTo(`GET /${id}`)).toHaveLength(2);
  });
});
