import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startBucketServer } from "./bucket-server.ts";
import { serveDatabase } from "./serve-database.ts";
import { type StudioServer, startStudioServer } from "./studio-server.ts";
import { startWorkerd, type WorkerdProcess } from "./workerd.ts";

/** `pnpm hosts --long` renders more generations and kills more often. The assertions are the same. */
const isLong = process.env.HOSTS_LONG === "1";
const overlapping = isLong ? { count: 60, pages: 20 } : { count: 24, pages: 12 };
const killed = isLong ? { count: 140, pages: 20 } : { count: 36, pages: 12 };
/** Numbers of renders in the second test at which the process is killed. */
const kills = isLong ? [30, 70] : [18];

let studio: StudioServer;
let workerd: WorkerdProcess;
/** Aborted at the end of a test, which closes its pages. */
let signal: AbortSignal;
const open: { close(): void | Promise<void> }[] = [];

before(async () => {
  const [database, bucket] = await Promise.all([serveDatabase(), startBucketServer()]);
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

/** Sends a request until it gets a response, as a browser's client does: a restarting Worker refuses some. */
async function request(user: string, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { "content-type": "application/json", "x-user": user, ...init.headers };
  for (;;) {
    try {
      const response = await fetch(`${workerd.url}${path}`, { ...init, headers, signal });
      if (response.status < 500) return response;
      await response.body?.cancel();
    } catch {
      // Repeated below.
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
  const response = await request(user, "/api/generations", { method: "POST", body, headers });
  // A 200 when the process was killed before it sent its 202.
  assert(response.ok, await response.clone().text());
  const { generation }: { generation: Generation } = await response.json();
  return generation;
}

/** Submits as a page does, and long-polls until the generation has ended. */
async function renderByPolls(user: string, prompt: string): Promise<Generation> {
  let generation = await submit(user, prompt);
  for (let tag = ""; !isEnded(generation); ) {
    const response = await request(user, `/api/generations/${generation.id}?wait=5`, {
      headers: { "if-none-match": tag },
    });
    if (response.status === 304) continue;
    assert.equal(response.status, 200, await response.clone().text());
    tag = response.headers.get("etag") ?? "";
    ({ generation } = await response.json());
  }
  return generation;
}

/** Submits, follows a stream, and cancels it at the end: the stream's request may be rendering for other owners. */
async function renderByStream(user: string, prompt: string): Promise<Generation> {
  const { id } = await submit(user, prompt);
  for (;;) {
    const stream = await request(user, "/api/generations/events?after=0");
    assert.equal(stream.headers.get("content-type"), "text/event-stream");
    try {
      for await (const line of linesOf(stream)) {
        if (!line.startsWith("data: ")) continue;
        // A balance has no changes.
        const { changed = [] }: { readonly changed?: readonly Generation[] } = JSON.parse(line.slice("data: ".length));
        const ended = changed.find((generation) => generation.id === id && isEnded(generation));
        // Leaving the loop cancels the body.
        if (ended !== undefined) return ended;
      }
    } catch {
      // Opens a new stream: the process that wrote this one was killed.
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

/** Renders with several pages at once. Each submits again when its generation has ended. */
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

/** Restarts the process at each of these numbers of renders. */
async function killAtRenders(counts: readonly number[]): Promise<void> {
  for (const count of counts) {
    while (studio.renders.size < count) await sleep(100, undefined, { signal });
    await workerd.restart();
  }
}

/** Log lines of workerd about a request that used or awaited I/O of another one. */
function crossRequestErrors(): readonly string[] {
  return workerd.log.filter((line) => /different request|droppedActions|hung|never generate a response/i.test(line));
}

async function auditViolations(): Promise<unknown> {
  const response = await fetch(`${workerd.url}/audit`);
  return response.json();
}

describe("a Worker with one instance for all requests", { timeout: 300_000 }, () => {
  beforeEach(() => {
    workerd.log.length = 0;
  });

  it("renders each of many overlapping submits once, from the first request", async (test) => {
    ({ signal } = test);
    const ended = await renderAll("overlap", overlapping);
    assert.deepEqual(
      ended.map(({ status }) => status),
      ended.map(() => "completed"),
    );
    assert.deepEqual(new Set(studio.renders.values()), new Set([1]));
    const output = await request("user-0", ended[0]?.outputs?.[0]?.url ?? "");
    assert.equal(output.headers.get("content-type"), "image/png");
    assert.deepEqual(await auditViolations(), []);
    assert.deepEqual(crossRequestErrors(), []);
  });

  it("serves the operator page to staff only, with forms", async (test) => {
    ({ signal } = test);
    assert.equal((await request("user-0", "/admin/safelight/audit")).status, 404);
    assert.match(await (await request("staff", "/admin/safelight/generations")).text(), /gen_/);
    const headers = { origin: workerd.url, "content-type": "application/x-www-form-urlencoded" };
    const form = { method: "POST", headers, body: "reason=ticket+7" };
    assert.match(await (await request("staff", "/admin/safelight/audit", form)).text(), /The ledger is consistent/);
    assert.deepEqual(crossRequestErrors(), []);
  });

  it("ends every generation and pays for none twice when isolates are killed in the middle", async (test) => {
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
    assert.deepEqual(await auditViolations(), []);
    assert.deepEqual(crossRequestErrors(), []);
  });
});
