import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Render, type RunningWorker, startWorker } from "./start-worker.ts";

const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** Length of the image's data and its end. */
const dataBytes = 37;

/** Prompts of the paid requests, in order. */
const renders: string[] = [];
let render: Render;
let worker: RunningWorker;

before(async () => {
  worker = await startWorker((prompt) => {
    renders.push(prompt);
    return render(prompt);
  });
});
after(() => worker.close());

interface Generation {
  readonly id: string;
  readonly status: string;
  readonly error?: { readonly code: string };
  readonly outputs?: readonly { readonly url: string; readonly thumbnailUrl: string | null }[];
}

async function generationOf(response: Response): Promise<Generation> {
  assert(response.ok, await response.clone().text());
  const { generation }: { readonly generation: Generation } = await response.json();
  return generation;
}

const headers = { "x-user": "ann", "content-type": "application/json" };
const read = async (id: string, query = "") =>
  generationOf(await worker.request(`/api/generations/${id}${query}`, { headers }));

async function submit(prompt: string): Promise<Generation> {
  const body = JSON.stringify({ model: "flux", input: { prompt } });
  return generationOf(await worker.request("/api/generations", { method: "POST", headers, body }));
}

const isEnded = ({ status }: Generation): boolean => ["completed", "failed", "canceled"].includes(status);

/** Reads a generation until it has ended. */
async function finish(id: string): Promise<Generation> {
  for (;;) {
    const generation = await read(id);
    if (isEnded(generation)) return generation;
    await sleep(200);
  }
}

describe("the Worker of examples/workers", { timeout: 120_000 }, () => {
  beforeEach(() => {
    render = async () => png;
  });

  it("renders an image, and serves its bytes by a signed URL", async () => {
    const { id } = await submit("a red bicycle");
    const { outputs, status } = await finish(id);
    assert.equal(status, "completed", worker.log.join("\n"));
    const response = await worker.request(outputs?.[0]?.url ?? "");
    assert.equal(response.headers.get("content-type"), "image/png");
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.match(bytes.toString("latin1"), /DigitalSourceType="[^"]*\/trainedAlgorithmicMedia"/);
    // The mark is inserted after the header: the image's data is the vendor's.
    assert.deepEqual(bytes.subarray(-dataBytes), Buffer.from(png, "base64").subarray(-dataBytes));
    const part = await worker.request(outputs?.[0]?.url ?? "", { headers: { range: "bytes=1-3" } });
    assert.equal(await part.text(), "PNG");
  });

  it("renders what no page watches by the schedule", async () => {
    const { id } = await submit("a blue bicycle");
    await worker.runSchedule();
    assert.equal((await finish(id)).status, "completed");
    assert.equal(renders.filter((prompt) => prompt === "a blue bicycle").length, 1);
  });

  it("refunds a request that was lost with its isolate, and pays for none twice", async () => {
    const started = new Promise<void>((resolve) => {
      render = () => {
        resolve();
        return new Promise(() => {});
      };
    });
    const { id } = await submit("a lost bicycle");
    // The request that advances it ends with the isolate.
    read(id).catch(() => undefined);
    await started;
    await worker.restart();
    render = async () => png;
    const { id: next } = await submit("a next bicycle");
    assert.equal((await finish(next)).status, "completed");
    const lost = await finish(id);
    assert.deepEqual([lost.status, lost.error?.code], ["failed", "outcome_unknown"]);
    assert.equal(renders.filter((prompt) => prompt === "a lost bicycle").length, 1);
  });

  it("has exact books, and uses no promise of another request", async () => {
    assert.deepEqual(await worker.audit(), []);
    const errors = worker.log.filter((line) =>
      /different request|droppedActions|hung|never generate a resp/i.test(line),
    );
    assert.deepEqual(errors, []);
  });
});
