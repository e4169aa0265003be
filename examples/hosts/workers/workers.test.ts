import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startBucketServer } from "./bucket-server.ts";
import { startLibsqlServer } from "./libsql-server.ts";
import { type StudioServer, startStudioServer } from "./studio-server.ts";
import { startWorkerd, type WorkerdProcess } from "./workerd.ts";

/** `pnpm hosts --long` renders more generations and kills more often. The assertions are the same. */
const isLong = process.env.HOSTS_LONG === "1";
const overlapping = isLong ? { count: 60, pages: 20 } : { count: 24, pages: 12 };
const killed = isLong ? { count: 140, pages: 20 } : { count: 36, pages: 12 };
/** Renders of the second test before each kill. */
const kills = isLong ? [30, 70] : [18];

let studio: StudioServer;
let workerd: WorkerdProcess;
/** Aborted when the test is over: its pages close then. */
let signal: AbortSignal;
const open: { close(): void | Promise<void> }[] = [];

before(async () => {
  const [database, bucket] = await Promise.all([startLibsqlServer(), startBucketServer()]);
  studio = await startStudioServer();
  open.push(database, bucket, studio);
  workerd = await startWorkerd({
    DATABASE_URL: database.url,
    BUCKET_URL: bucket.url,
    STUDIO_URL: studio.url,
    SAFELIGHT_SECRET: "a secret that is long enough for tests",
  });
  open.push(workerd);
});
after(() => Promise.all(open.map((each) => each.close())));

/** Sends a request until it is answered, as the client of a browser does: a Worker that starts again refuses some. */
async function ask(user: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { "content-type": "application/json", "x-user": user, ...init.headers };
  for (;;) {
    try {
      const response = await fetch(`${workerd.url}${path}`, { ...init, headers, signal });
      if (response.status < 500) return response;
      await response.body?.cancel();
    } catch {
      // Sent again below.
    }
    await sleep(100, undefined, { signal });
  }
}

interface Generation {
  readonly id: string;
  readonly status: string;
  readonly outputs?: readonly { readonly url: string }[];
}

const isEnded = ({ status }: Generation): boolean => ["completed", "failed", "canceled"].includes(status);

async function submit(user: string, prompt: string): Promise<Generation> {
  const body = JSON.stringify({ model: "slow", input: { prompt } });
  const headers = { "idempotency-key": prompt };
  const response = await ask(user, "/api/generations", { method: "POST", body, headers });
  // 200 where the process was killed before it had answered 202.
  assert(response.ok, await response.clone().text());
  const { generation }: { generation: Generation } = await response.json();
  return generation;
}

/** Submits as a page does, and watches by long polls until it has ended. */
async function renderByPolls(user: string, prompt: string): Promise<Generation> {
  let generation = await submit(user, prompt);
  for (let tag = ""; !isEnded(generation); ) {
    const answer = await ask(user, `/api/generations/${generation.id}?wait=5`, { headers: { "if-none-match": tag } });
    if (answer.status === 304) continue;
    assert.equal(answer.status, 200, await answer.clone().text());
    tag = answer.headers.get("etag") ?? "";
    ({ generation } = await answer.json());
  }
  return generation;
}

/** Submits, watches by a stream, and leaves in the middle of it: the stream's request may be rendering for others. */
async function renderByStream(user: string, prompt: string): Promise<Generation> {
  const { id } = await submit(user, prompt);
  for (;;) {
    const stream = await ask(user, "/api/generations/events?after=0");
    assert.equal(stream.headers.get("content-type"), "text/event-stream");
    try {
      for await (const line of linesOf(stream)) {
        if (!line.startsWith("data: ")) continue;
        // Other events have no status.
        const data: Generation = JSON.parse(line.slice("data: ".length));
        // Leaving the loop cancels the body.
        if (data.id === id && isEnded(data)) return data;
      }
    } catch {
      // Opened again: the process that wrote it was killed.
    }
  }
}

async function* linesOf({ body }: Response): AsyncGenerator<string> {
  let rest = "";
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

/** Renders by so many pages at once, each of which submits again when its generation has ended. */
async function renderAll(name: string, { count, pages }: { readonly count: number; readonly pages: number }) {
  const ended: Generation[] = [];
  let next = 0;
  const work = async (page: number): Promise<void> => {
    // The submits of all pages are spread over the time that one render takes.
    await sleep((page * 3_000) / pages);
    while (next < count) {
      next += 1;
      const render = page % 2 === 0 ? renderByPolls : renderByStream;
      ended.push(await render(`user-${page}`, `${name} ${next}`));
    }
  };
  await Promise.all(Array.from({ length: pages }, (_, page) => work(page)));
  return ended;
}

/** Kills the process each time that so many renders were begun. */
async function killAtRenders(counts: readonly number[]): Promise<void> {
  for (const count of counts) {
    while (studio.renders.size < count) await sleep(100, undefined, { signal });
    await workerd.restart();
  }
}

/** Lines of workerd about a request that touched another one, or waited for it. */
function crossings(): readonly string[] {
  return workerd.log.filter((line) => /different request|droppedActions|hung|never generate a response/i.test(line));
}

async function findings(): Promise<unknown> {
  const response = await fetch(`${workerd.url}/audit`);
  return response.json();
}

describe("a Worker with one instance for all requests", { timeout: 300_000 }, () => {
  beforeEach(() => {
    workerd.log.length = 0;
  });

  it("renders each of many overlapping submits once, from the first request on", async (test) => {
    ({ signal } = test);
    const ended = await renderAll("overlap", overlapping);
    assert.deepEqual(
      ended.map(({ status }) => status),
      ended.map(() => "completed"),
    );
    assert.deepEqual(new Set(studio.renders.values()), new Set([1]));
    const output = await ask("user-0", ended[0]?.outputs?.[0]?.url ?? "");
    assert.equal(output.headers.get("content-type"), "image/png");
    assert.deepEqual(await findings(), []);
    assert.deepEqual(crossings(), []);
  });

  it("ends every generation although isolates are killed in the middle, and pays for none twice", async (test) => {
    ({ signal } = test);
    const [ended] = await Promise.all([
      renderAll("killed", killed),
      killAtRenders(kills.map((count) => overlapping.count + count)),
    ]);
    const statuses = ended.map(({ status }) => status);
    const failed = statuses.filter((status) => status === "failed").length;
    assert.equal(statuses.filter((status) => status === "completed").length + failed, statuses.length);
    // Each kill loses the outcome of the renders in flight: one page renders one image at a time.
    assert.ok(failed <= kills.length * killed.pages, `${failed} generations failed`);
    assert.deepEqual(new Set(studio.renders.values()), new Set([1]));
    assert.deepEqual(await findings(), []);
    assert.deepEqual(crossings(), []);
  });
});
