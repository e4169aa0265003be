import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { generationOf, testServer } from "../../../testing/test-server.js";
import { tinyPng } from "../../../testing/tiny-png.js";
import { recordUnhandledErrors, type UnhandledErrors } from "../../../testing/unhandled-errors.js";
import { defineModel, type ModelOptions } from "../model/define-model.js";
import type { Dispatcher } from "../ports/dispatcher.js";
import type { EventBus } from "../ports/event-bus.js";
import type { Provider } from "../ports/provider.js";
import type { Storage } from "../ports/storage.js";
import type { Telemetry } from "../ports/telemetry.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { otelTelemetry } from "../telemetry/otel-telemetry.js";

interface Input {
  readonly prompt: string;
}

let unhandled: UnhandledErrors;
beforeEach(() => {
  unhandled = recordUnhandledErrors();
});
afterEach(() => unhandled.stop());

const fail = (): never => {
  throw new Error("the host's function failed");
};
const reject = async (): Promise<never> => fail();
/** An object without a prototype: `String` throws on it. */
const rejectWithoutText = () => Promise.reject(Object.create(null));
/** The casts of this file stand for host functions that violate their types. */
const untyped = (value: unknown) => value as never;

function model(change: Partial<ModelOptions<Input, Input>>) {
  return defineModel({
    provider: scriptedProvider<Input>(),
    input: z.object({ prompt: z.string() }),
    credits: 4,
    ...change,
  });
}

describe("a failing event bus of the host", () => {
  const works: EventBus = { hint: () => {}, onHint: () => () => {} };
  it.each<readonly [string, EventBus]>([
    ["hint throws", { ...works, hint: fail }],
    ["hint rejects", { ...works, hint: untyped(reject) }],
    ["onHint throws", { ...works, onHint: fail }],
    ["onHint rejects", { ...works, onHint: untyped(reject) }],
    ["unsubscribe throws", { ...works, onHint: () => fail }],
    ["unsubscribe rejects", { ...works, onHint: () => untyped(reject) }],
  ])("does not affect submits, streams and the worker when %s", async (_, eventBus) => {
    const server = await testServer({ eventBus });
    const ann = server.as("ann");
    const stream = await ann.get("/events");
    expect(stream.status).toBe(200);
    const { id } = await ann.submit();
    expect(await ann.finish(id)).toMatchObject({ status: "completed" });
    await stream.body?.cancel();
    expect(await unhandled.settled()).toEqual([]);
    expect(server.logs.filter(({ message }) => message.includes("Event bus"))).toHaveLength(1);
  });
});

describe("a failing telemetry of the host", () => {
  const works: Telemetry = { submitted: () => {}, ended: () => {}, logged: () => {}, watchQueue: () => () => {} };
  it.each<readonly [string, Telemetry]>([
    ["submitted rejects", { ...works, submitted: reject }],
    ["ended rejects", { ...works, ended: reject }],
    ["watchQueue rejects", { ...works, watchQueue: untyped(reject) }],
    ["its stop of watchQueue rejects", { ...works, watchQueue: () => reject }],
    ["logged rejects", { ...works, logged: reject, ended: reject }],
    ["the text of an input rejects", otelTelemetry({ inputs: untyped(reject) })],
  ])("does not affect submits and the worker when %s", async (_, telemetry) => {
    const server = await testServer({ telemetry });
    const ann = server.as("ann");
    expect(await ann.finish((await ann.submit()).id)).toMatchObject({ status: "completed" });
    expect(await ann.finish((await ann.submit()).id)).toMatchObject({ status: "completed" });
    await server.safelight.close();
    expect(await unhandled.settled()).toEqual([]);
  });

  it("waits for an export at the close, for at most 10 seconds", async () => {
    let begun = (): void => {};
    const exporting = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const server = await testServer({
      telemetry: {
        ...works,
        ended: () => {
          begun();
          return new Promise<void>(() => {});
        },
      },
    });
    const ann = server.as("ann");
    await ann.post(`/${(await ann.submit()).id}/cancel`);
    await exporting;
    let isClosed = false;
    const closed = server.safelight.close().then(() => {
      isClosed = true;
    });
    await unhandled.settled();
    expect(isClosed).toBe(false);
    await server.clock.advance(10_000);
    await closed;
    const failures = server.logs.filter(({ fields }) => fields.event === "telemetry.failed");
    expect(failures.map(({ fields }) => fields.error)).toEqual([expect.stringContaining("timed out after 10000 ms")]);
  });
});

describe("a failing dispatcher of the host", () => {
  const works: Dispatcher = { enqueue: () => {}, onWake: () => () => {} };
  it.each<readonly [string, Dispatcher]>([
    ["enqueue throws", { ...works, enqueue: fail }],
    ["enqueue rejects", { ...works, enqueue: untyped(reject) }],
    ["onWake throws", { ...works, onWake: fail }],
    ["onWake rejects", { ...works, onWake: untyped(reject) }],
    ["unsubscribe throws", { ...works, onWake: () => fail }],
  ])("does not affect submits and the worker when %s", async (_, dispatcher) => {
    const server = await testServer({ dispatcher });
    const { id } = await server.as("ann").submit();
    server.safelight.worker.start();
    await server.clock.advance(60_000);
    expect(await generationOf(await server.as("ann").get(`/${id}`))).toMatchObject({ status: "completed" });
    await server.safelight.worker.stop();
    expect(await unhandled.settled()).toEqual([]);
    expect(server.logs.filter(({ message }) => message.includes("Dispatcher"))).toHaveLength(1);
  });
});

describe("a failing function of a model", () => {
  it.each<readonly [string, Partial<ModelOptions<Input, Input>>]>([
    ["credits throws", { credits: fail }],
    ["credits rejects", { credits: untyped(reject) }],
    ["outputs throws", { outputs: fail }],
    ["outputs rejects", { outputs: untyped(reject) }],
    ["refunds rejects", { refunds: untyped(reject) }],
    ["the schema rejects", { input: untyped({ "~standard": { version: 1, vendor: "host", validate: reject } }) }],
  ])("refuses the submit with 500 and takes no credits when %s", async (_, change) => {
    const server = await testServer({ models: { flux: model(change) } });
    const ann = server.as("ann");
    const response = await ann.post("", { model: "flux", input: { prompt: "a lake" } });
    expect(response.status).toBe(500);
    expect(await unhandled.settled()).toEqual([]);
    expect(await server.safelight.audit()).toEqual([]);
    expect(await (await ann.get("/credits")).json()).toMatchObject({ balance: 100 });
  });

  it.each([
    ["identify", { identify: rejectWithoutText }],
    ["beforeSubmit", { hooks: { beforeSubmit: rejectWithoutText } }],
  ])("refuses the submit with 500 when %s rejects with an object without a text", async (_, options) => {
    const server = await testServer(options);
    const response = await server.as("ann").post("", { model: "flux", input: { prompt: "a lake" } });
    expect(response.status).toBe(500);
    expect(await unhandled.settled()).toEqual([]);
  });
});

describe("a failing provider of the host", () => {
  const running = { type: "running", progress: null } as const;
  const blocking = { ...scriptedProvider<Input>().capabilities, resumable: false };
  const whenAborted = ({ signal }: { readonly signal: AbortSignal }, then: () => unknown) =>
    new Promise<never>((_, settle) => {
      signal.addEventListener("abort", () => {
        settle(new Error("stopped"));
        return then();
      });
    });
  it.each<readonly [string, Partial<Provider<Input>>]>([
    ["submit rejects with an object without a text", { submit: rejectWithoutText }],
    ["poll rejects with an object without a text", { poll: rejectWithoutText }],
    ["an abort listener of submit throws", { capabilities: blocking, submit: (request) => whenAborted(request, fail) }],
    [
      "an abort listener of submit rejects",
      { capabilities: blocking, submit: (request) => whenAborted(request, reject) },
    ],
    ["an abort listener of poll throws", { poll: (_, context) => whenAborted(context, fail) }],
    [
      "an abort handler of poll throws",
      {
        poll: (_, { signal }) => {
          signal.onabort = fail;
          return new Promise(() => {});
        },
      },
    ],
    ["submit hangs and rejects later", { submit: (request) => whenAborted(request, () => {}) }],
    [
      "reportProgress receives an object that throws",
      {
        capabilities: { ...blocking, progress: true },
        submit: async ({ onProgress }) => {
          onProgress(
            untyped({
              get progress() {
                throw Object.create(null);
              },
            }),
          );
          return { type: "rejected", failure: { code: "invalid_input", message: "no" } };
        },
      },
    ],
  ])("ends the generation with a refund when %s", async (_, change) => {
    const provider = { ...scriptedProvider<Input>({ poll: [running] }), ...change };
    const server = await testServer({ models: { flux: model({ provider, deadlineMs: 30_000 }) } });
    const ann = server.as("ann");
    const { id } = await ann.submit();
    server.safelight.worker.start();
    await server.clock.advance(120_000);
    expect(await generationOf(await ann.get(`/${id}`))).toMatchObject({ status: "failed", refundedCredits: 4 });
    expect(await unhandled.settled()).toEqual([]);
  });
});

describe("a failing storage of the host", () => {
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => controller.enqueue(new Uint8Array(5));
  const broken = () => new ReadableStream<Uint8Array>({ start, pull: reject, cancel: reject });
  it.each<readonly [string, Partial<Storage>]>([
    ["put rejects with an object without a text", { put: rejectWithoutText }],
    [
      "put hangs and its abort listener throws",
      { put: (_key, _body, { signal }) => new Promise(() => signal?.addEventListener("abort", fail)) },
    ],
    ["put hangs and rejects later", { put: () => new Promise((_, settle) => setImmediate(settle, new Error("late"))) }],
  ])("ends the generation with a refund when %s", async (_, change) => {
    const storage = { ...memoryStorage(), ...change };
    const server = await testServer({
      storage,
      models: { flux: model({ deadlineMs: 30_000 }) },
      worker: { storingGraceMs: 10_000 },
    });
    const ann = server.as("ann");
    const { id } = await ann.submit();
    server.safelight.worker.start();
    await server.clock.advance(120_000);
    expect(await generationOf(await ann.get(`/${id}`))).toMatchObject({ status: "failed", refundedCredits: 4 });
    expect(await unhandled.settled()).toEqual([]);
  });

  it.each(["GET", "HEAD"])("aborts the response to %s when its stream fails and cannot be canceled", async (method) => {
    const memory = memoryStorage();
    const storage: Storage = { ...memory, get: async () => ({ body: broken(), byteLength: 10 }) };
    const server = await testServer({ storage });
    const ann = server.as("ann");
    const generation = await ann.finish((await ann.submit()).id);
    const [output] = "outputs" in generation ? generation.outputs : [];
    const url = output?.url.replace(/^.*\/api\/generations/, "") ?? "";
    const response = await server.request("ann", url, { method });
    expect(response.status).toBe(200);
    await response.body?.cancel().catch(() => {});
    expect(await unhandled.settled()).toEqual([]);
  });

  it("answers an upload with 503 after 2 minutes when put hangs and ignores its signal", async () => {
    let begun = (): void => {};
    const putting = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const storage: Storage = {
      ...memoryStorage(),
      put: () => {
        begun();
        return new Promise(() => {});
      },
    };
    const server = await testServer({ storage });
    const body = new Blob([new Uint8Array(tinyPng())], { type: "image/png" });
    const response = server.request("ann", "/inputs", {
      method: "POST",
      body,
      headers: { "content-type": "image/png" },
    });
    await putting;
    await server.clock.advance(120_000);
    expect((await response).status).toBe(503);
  });
});
