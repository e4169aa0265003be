import { describe, expect, it, onTestFinished, vi } from "vitest";
import { mockedNetwork } from "../../../test/mocked-network.js";
import type { ActiveChangesResponse } from "../contract/wire.js";

const { safelight } = mockedNetwork();

const address = "https://example.test/api/generations";
const queue = () => safelight.queue("flux", { prompt: "a lamp" });
const get = (path: string): Promise<Response> => safelight.fetch(new Request(address + path));
const changesAt = async (path: string): Promise<ActiveChangesResponse> => (await get(path)).json();
const position = (): string => {
  const { sequence, ownerTag, timeline } = safelight.active();
  return `after=${sequence}&owner=${ownerTag}&timeline=${timeline}`;
};

/** Opens a stream, and reads one event at a time. */
async function openStream(query = "") {
  const response = await get(`/events${query}`);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  onTestFinished(() => reader?.cancel());
  let text = "";
  /** The text of the next event; `null` at the end of the stream. */
  const next = async (): Promise<string | null> => {
    while (!text.includes("\n\n")) {
      const step = await reader?.read();
      if (step?.value === undefined) return null;
      text += step.value;
    }
    const end = text.indexOf("\n\n");
    const event = text.slice(0, end);
    text = text.slice(end + 2);
    return event;
  };
  const frame = async () => JSON.parse((await next())?.replace(/^(retry: \d+\n)?data: /, "") ?? "null");
  return { next, frame };
}

describe("GET /active of the mock server", () => {
  it("returns the changes after a position, and 204 if there are none", async () => {
    const { id } = queue();
    const { ownerTag, timeline } = safelight.active();
    expect(await changesAt("/active?after=0")).toMatchObject({
      sequence: 1,
      ownerTag,
      timeline,
      changed: [{ id }],
      deleted: [],
      resync: false,
    });
    expect((await get(`/active?${position()}`)).status).toBe(204);
    safelight.complete(id);
    safelight.delete(id);
    expect(await changesAt(`/active?after=1&owner=${ownerTag}&timeline=${timeline}`)).toMatchObject({
      sequence: 3,
      changed: [],
      deleted: [{ id, sequence: 3 }],
      resync: false,
    });
  });

  it("returns 100 changes at most, and the others to the next request", async () => {
    safelight.grantCredits(420);
    const queued = Array.from({ length: 105 }, queue);
    const first = await changesAt("/active?after=0");
    expect([first.changed.length, first.resync]).toEqual([100, false]);
    expect(first.sequence).toBe(first.changed.at(-1)?.sequence);
    const second = await changesAt(`/active?after=${first.sequence}`);
    expect(second.changed.map(({ id }) => id)).toEqual(queued.slice(100).map(({ id }) => id));
    expect(second.sequence).toBe(safelight.active().sequence);
  });

  it.each([
    ["of another owner", "after=1&owner=bob"],
    ["of another timeline", "after=1&timeline=elsewhere"],
    ["above the sequence of the owner", "after=2"],
  ])("returns a snapshot at once to a position %s", async (_, query) => {
    const { id } = queue();
    expect(await changesAt(`/active?${query}&wait=25`)).toMatchObject({
      generations: [{ id }],
      sequence: 1,
      changed: [],
      deleted: [],
      resync: true,
    });
  });

  it.each(["owner=owner", "timeline=timeline-1"])("refuses %s without after", async (query) => {
    for (const path of ["/active", "/events"]) {
      expect(await (await get(`${path}?${query}`)).json()).toMatchObject({
        code: "invalid_input",
        issues: [{ path: [query.split("=")[0]] }],
      });
    }
  });

  it("returns a snapshot to a held request when a backup is restored", async () => {
    queue();
    const held = changesAt(`/active?${position()}&wait=25`);
    await expect.poll(() => safelight.held).toBe(1);
    const { timeline } = safelight.active();
    safelight.restoreBackup();
    expect(await held).toMatchObject({ sequence: 0, resync: true });
    expect((await held).timeline).not.toBe(timeline);
  });
});

describe("restoreBackup of the mock server", () => {
  it("is detected by the timeline, also after the sequence has passed that of the page", async () => {
    queue();
    const before = position();
    safelight.restoreBackup();
    for (let round = 0; round < 3; round += 1) queue();
    expect(await changesAt(`/active?${before}`)).toMatchObject({ sequence: 3, resync: true });
  });

  it("is detected only by a lower sequence if it keeps the timeline", async () => {
    queue();
    const { timeline } = safelight.active();
    const before = position();
    safelight.restoreBackup({ keepTimeline: true });
    expect(await changesAt(`/active?${before}`)).toMatchObject({ sequence: 0, timeline, resync: true });
    queue();
    queue();
    expect(await changesAt(`/active?${before}`)).toMatchObject({
      sequence: 2,
      resync: false,
      changed: [{ sequence: 2 }],
    });
  });

  it.each([true, false])(
    "sends a snapshot to a stream, which continues after it (keepTimeline: %s)",
    async (keepTimeline) => {
      const [lost, kept] = [queue(), queue()];
      const { frame } = await openStream(`?${position()}`);
      await frame();
      expect(await frame()).toEqual({ balance: 12 });
      safelight.restoreBackup({ without: [lost.id], keepTimeline });
      expect(await frame()).toMatchObject({ sequence: 0, resync: true, generations: [{ id: kept.id }] });
      const { id } = queue();
      expect(await frame()).toMatchObject({ sequence: 1, changed: [{ id }], deleted: [] });
    },
  );
});

describe("GET /events of the mock server", () => {
  it("sends the response of GET /active?after= first, then each change and the balance", async () => {
    const { id } = queue();
    const { frame, next } = await openStream("?after=0");
    const whole = await changesAt("/active?after=0");
    expect(await frame()).toEqual({ ...whole, serverTime: expect.any(String) });
    expect(await frame()).toEqual({ balance: 16 });
    safelight.cancel(id);
    expect(await frame()).toEqual({ sequence: 2, changed: [safelight.get(id)], deleted: [] });
    expect(await frame()).toEqual({ balance: 20 });
    safelight.delete(id);
    expect(await next()).toBe(`data: {"sequence":3,"changed":[],"deleted":[{"id":"${id}","sequence":3}]}`);
    await expect.poll(() => safelight.held).toBe(1);
    safelight.signOut();
    expect(await next()).toBeNull();
    expect(safelight.held).toBe(0);
  });

  it("starts with a snapshot without after, and without changes if there are none", async () => {
    const { id } = queue();
    const first = await openStream();
    expect(await first.next()).toMatch(/^retry: 1000\ndata: \{"generations"/);
    const second = await openStream(`?${position()}`);
    expect(await second.frame()).toMatchObject({ sequence: 1, changed: [], deleted: [], resync: false });
    const third = await openStream("?after=1&owner=bob");
    expect(await third.frame()).toMatchObject({ sequence: 1, ownerTag: "owner", resync: true, generations: [{ id }] });
  });

  it("ignores Last-Event-ID", async () => {
    queue();
    const headers = { "last-event-id": "1" };
    const response = await safelight.fetch(new Request(`${address}/events`, { headers }));
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain('"resync":true');
    await reader?.cancel();
  });

  it("sends a comment as heartbeat every 8 seconds", async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { next } = await openStream();
    await next();
    await next();
    const beat = next();
    await expect.poll(() => safelight.held).toBe(1);
    await vi.advanceTimersByTimeAsync(8_000);
    expect(await beat).toBe(":");
  });
});
