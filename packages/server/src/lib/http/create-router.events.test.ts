import type { Generation } from "@safelight/client/contract";
import { describe, expect, it } from "vitest";
import { problemOf, type TestServer, testServer } from "../testing/test-server.js";

/** One event as a browser would read it. */
interface Message {
  readonly event: string;
  readonly id: string | null;
  readonly data: unknown;
}

/** Reads a stream event by event, in a test's time. */
class Listener {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(response: Response) {
    this.response = response;
    if (response.body === null) throw new Error("the answer has no body");
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next event; `null` when the stream has ended, `"beat"` for a comment. */
  async next(): Promise<Message | "beat" | null> {
    while (!this.#text.includes("\n\n")) {
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += value;
    }
    const end = this.#text.indexOf("\n\n");
    const lines = this.#text.slice(0, end).split("\n");
    this.#text = this.#text.slice(end + 2);
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    const event = field("event");
    if (event === undefined) return "beat";
    return { event, id: field("id") ?? null, data: JSON.parse(field("data") ?? "null") };
  }

  async generation(): Promise<Generation> {
    const message = await this.next();
    if (message === null || message === "beat" || message.event !== "generation") {
      throw new Error(`expected a generation, got ${JSON.stringify(message)}`);
    }
    // The server's own tests of the wire hold this shape.
    return message.data as Generation;
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

type Server = Awaited<ReturnType<typeof testServer>>;

async function listen(server: Server, owner = "ann", path = "", headers: HeadersInit = {}): Promise<Listener> {
  return new Listener(await server.ask(owner, `/events${path}`, { headers }));
}

/** Lets time pass in steps, so that what waits on several timers in a row comes through. */
async function pass(server: Pick<TestServer<never>, "clock">, milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 5_000) await server.clock.advance(5_000);
}

describe("GET /events", () => {
  it("says who is listening and where the owner stands, at once, in a form that no proxy holds back", async () => {
    const server = await testServer();
    const { sequence } = await server.as("ann").submit();
    const listener = await listen(server);
    expect(listener.response.status).toBe(200);
    const { headers } = listener.response;
    expect(headers.get("content-type")).toBe("text/event-stream");
    expect(headers.get("cache-control")).toBe("private, no-store, no-transform");
    expect(headers.get("x-accel-buffering")).toBe("no");
    const hello = await listener.next();
    expect(hello).toEqual({
      event: "hello",
      id: null,
      data: {
        ownerTag: expect.stringMatching(/^[\w-]{22}$/),
        sequence,
        serverTime: new Date(server.clock.now()).toISOString(),
      },
    });
    await listener.cancel();
  });

  it("tells what changes from then on, of this owner alone, with the sequence as its id", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const listener = await listen(server);
    await listener.next();
    await server.as("bob").submit();
    const { id, sequence } = await ann.submit();
    expect(await listener.next()).toMatchObject({ event: "generation", id: String(sequence), data: { id } });
    const ended = await ann.finish(id);
    const seen: number[] = [];
    for (let last = 0; last < ended.version; seen.push(last)) last = (await listener.generation()).version;
    expect(seen).toEqual(seen.toSorted((left, right) => left - right));
    await ann.delete(`/${id}`);
    expect(await listener.next()).toMatchObject({ event: "deleted", data: { id } });
    await listener.cancel();
  });

  it.each<[string, string, HeadersInit]>([
    ["the id of the last event", "", { "last-event-id": "1" }],
    ["a sequence", "?after=1", {}],
    ["the id rather than the sequence", "?after=2", { "last-event-id": "1" }],
  ])("goes on from %s without a gap, each generation once in its newest form", async (_, path, headers) => {
    const server = await testServer();
    const ann = server.as("ann");
    await ann.submit();
    const second = await ann.submit();
    const third = await ann.submit();
    await ann.post(`/${second.id}/cancel`);
    const listener = await listen(server, "ann", path, headers);
    await listener.next();
    expect((await listener.generation()).id).toBe(third.id);
    expect(await listener.generation()).toMatchObject({ id: second.id, status: "canceled" });
    const fourth = await ann.submit();
    expect((await listener.generation()).id).toBe(fourth.id);
    await listener.cancel();
  });

  it("gives a crowd of changes in pages", async () => {
    const server = await testServer({ limits: { rate: false, maxActive: 1_000 }, credits: { initialGrant: 10_000 } });
    const ann = server.as("ann");
    const submitted = await Promise.all(Array.from({ length: 130 }, () => ann.submit()));
    const listener = await listen(server, "ann", "?after=0");
    await listener.next();
    const sequences: number[] = [];
    while (sequences.length < submitted.length) sequences.push((await listener.generation()).sequence);
    expect(sequences).toEqual(submitted.map((_, index) => index + 1));
    await listener.cancel();
  });

  it("says so when it cannot go on from there: the counter was higher before", async () => {
    const server = await testServer();
    const ann = server.as("ann");
    const { sequence } = await ann.submit();
    const listener = await listen(server, "ann", "", { "last-event-id": "1000" });
    await listener.next();
    expect(await listener.next()).toEqual({ event: "resync", id: String(sequence), data: { sequence } });
    const { id } = await ann.submit();
    expect((await listener.generation()).id).toBe(id);
    await listener.cancel();
  });

  it("says something every 15 seconds although nothing happens", async () => {
    const server = await testServer();
    const listener = await listen(server);
    await listener.next();
    const beat = listener.next();
    await server.clock.advance(15_000);
    expect(await beat).toBe("beat");
    await listener.cancel();
  });

  it("ends by itself after about ten minutes, and leaves nothing behind", async () => {
    const server = await testServer();
    const listener = await listen(server);
    const heard: unknown[] = [];
    const ended = (async () => {
      for (let message = await listener.next(); message !== null; message = await listener.next()) heard.push(message);
    })();
    await pass(server, 540_000);
    expect(heard.length).toBeGreaterThan(30);
    await pass(server, 120_000);
    await ended;
    expect(server.clock.pending()).toEqual([]);
  });

  it("ends when the browser goes away, and leaves nothing behind", async () => {
    const server = await testServer();
    const listener = await listen(server);
    await listener.next();
    const waiting = listener.next();
    await server.clock.advance(1);
    await listener.cancel();
    await waiting;
    await server.clock.advance(1);
    expect(server.clock.pending()).toEqual([]);
  });

  it("ends for a reader that takes nothing any more", async () => {
    const server = await testServer();
    const response = await server.ask("ann", "/events");
    const reader = response.body?.getReader();
    await reader?.read();
    await pass(server, 65_000);
    await expect(reader?.read()).rejects.toThrow("takes nothing");
    expect(server.clock.pending()).toEqual([]);
  });

  it.each([
    ["signs out", null],
    ["becomes somebody else", "bob"],
  ])("ends within a minute for one who %s", async (_, later) => {
    let who: string | null = "ann";
    const server = await testServer({ identify: () => who });
    const listener = await listen(server);
    await listener.next();
    who = later;
    const rest = (async () => {
      while ((await listener.next()) !== null);
    })();
    await pass(server, 75_000);
    await rest;
    expect(server.clock.pending()).toEqual([]);
  });

  it("ends when the server closes, and takes no new ones", async () => {
    const server = await testServer();
    const listener = await listen(server);
    await listener.next();
    const rest = listener.next();
    await server.clock.advance(1);
    await server.safelight.close();
    expect(await rest).toBeNull();
  });

  it("refuses strangers, pages of foreign origins, and places that are none", async () => {
    const server = await testServer();
    expect((await server.ask(null, "/events")).status).toBe(401);
    const foreign = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };
    expect((await problemOf(await server.ask("ann", "/events", { headers: foreign }))).code).toBe("origin_not_allowed");
    for (const [path, id] of [
      ["?after=-1", ""],
      ["?after=x", ""],
      ["", "x"],
    ] as const) {
      const response = await server.ask("ann", `/events${path}`, { headers: { "last-event-id": id } });
      expect((await problemOf(response)).code).toBe("invalid_input");
    }
  });

  it("has a limit of streams for one owner", async () => {
    const server = await testServer();
    const listeners = await Promise.all(Array.from({ length: 20 }, () => listen(server)));
    const response = await server.ask("ann", "/events");
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("30");
    expect((await server.ask("bob", "/events")).status).toBe(200);
    await Promise.all(listeners.map((listener) => listener.cancel()));
    expect((await server.ask("ann", "/events")).status).toBe(200);
  });

  it("holds nothing for HEAD", async () => {
    const server = await testServer();
    for (let count = 0; count < 25; count += 1) {
      const response = await server.ask("ann", "/events", { method: "HEAD" });
      expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    }
    expect(server.clock.pending()).toEqual([]);
    expect((await server.ask("ann", "/events")).status).toBe(200);
  });

  it.each([
    ["for one who went away before the first event was read", "abort"],
    ["for ever where nobody reads", "time"],
  ])("holds nothing %s", async (_, how) => {
    const server = await testServer();
    const gone = new AbortController();
    for (let count = 0; count < 20; count += 1) await server.ask("ann", "/events", { signal: gone.signal });
    expect((await server.ask("ann", "/events")).status).toBe(503);
    if (how === "abort") gone.abort();
    else await pass(server, 700_000);
    expect((await server.ask("ann", "/events")).status).toBe(200);
  });
});
