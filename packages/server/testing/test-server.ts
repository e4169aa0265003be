import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Generation, GenerationResponse, Json, Problem, SubmitResponse } from "@safelight/client/contract";
import { isTerminal } from "@safelight/client/contract";
import { Hono } from "hono";
import { expect, onTestFinished } from "vitest";
import { z } from "zod";
import { createSafelight } from "../src/lib/compose/create-safelight.js";
import type { SafelightOptions } from "../src/lib/compose/options.js";
import type { Safelight } from "../src/lib/compose/safelight.js";
import { defineModel, type InferModels, type Models } from "../src/lib/model/define-model.js";
import type { LogFields, Logger } from "../src/lib/ports/logger.js";
import type { Storage } from "../src/lib/ports/storage.js";
import type { Store } from "../src/lib/ports/store/store.js";
import { memoryStorage } from "../src/lib/storage/memory-storage.js";
import { libsqlStore } from "../src/lib/store/libsql/libsql-store.js";
import { type FakeClock, fakeClock } from "./fakes/fake-clock.js";
import { scriptedProvider } from "./fakes/scripted-provider.js";

/** Models that most tests do with. */
export const testModels = {
  flux: defineModel({
    provider: scriptedProvider<{ prompt: string; steps: number }>(),
    input: z.object({ prompt: z.string().min(1).max(2000), steps: z.int().min(1).default(8) }),
    credits: 4,
  }),
};

/** A composed server on a database file of its own, mounted in a Hono app as a host would, in a test's time. */
export interface TestServer<M extends Models> {
  readonly safelight: Safelight<InferModels<M>>;
  readonly store: Store;
  /** What `storage` of the options was, or one in memory. */
  readonly storage: Storage;
  readonly clock: FakeClock;
  readonly logs: readonly LogLine[];
  /** Sends a request below the base path; `owner` signs in with a bearer token. */
  ask(owner: string | null, path: string, init?: RequestInit): Promise<Response>;
  /** The same, as one owner. */
  as(owner: string): TestCaller;
}

/** One line that the server logged. */
export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: LogFields;
}

/** What one owner asks. */
export interface TestCaller {
  get(path: string, headers?: HeadersInit): Promise<Response>;
  /** Sends JSON. */
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  delete(path: string): Promise<Response>;
  /** Submits to `flux` and expects it to be accepted. */
  submit(input?: Json, fields?: Readonly<Record<string, Json>>): Promise<Generation>;
  /** Lets the worker and the time go on until the generation has ended. */
  finish(id: string): Promise<Generation>;
}

const basePath = "/api/generations";

/** Composes a server; it is closed and its files are removed when the test has ended. */
export async function testServer<const M extends Models = typeof testModels>(
  options: Partial<SafelightOptions<M>> & { readonly models?: M } = {},
): Promise<TestServer<M>> {
  const folder = await mkdtemp(join(tmpdir(), "safelight-http-"));
  const clock = fakeClock();
  const store = libsqlStore({ url: `file:${join(folder, "test.db")}`, now: clock.now });
  const storage = options.storage ?? memoryStorage();
  const logs: LogLine[] = [];
  const safelight = createSafelight<M>({
    store,
    storage,
    identify: ({ headers }) => /^Bearer (.+)$/.exec(headers.get("authorization") ?? "")?.[1] ?? null,
    // The default type of the models is that of the default models.
    models: testModels as Models as M,
    secret: "a secret that is long enough for tests",
    credits: { initialGrant: 100 },
    clock,
    logger: loggerInto(logs),
    ...options,
  });
  onTestFinished(async () => {
    await safelight.close();
    await rm(folder, { recursive: true });
  });

  const host = new Hono();
  host.route(options.basePath ?? basePath, safelight.app);
  const ask: TestServer<M>["ask"] = async (owner, path, init = {}) => {
    const headers = new Headers(init.headers);
    if (owner !== null) headers.set("authorization", `Bearer ${owner}`);
    return host.request(`http://localhost${options.basePath ?? basePath}${path}`, { ...init, headers });
  };
  const as = (owner: string): TestCaller => callerOf({ owner, ask, safelight, clock });
  return { safelight, store, storage, clock, logs, ask, as };
}

/** The body of an answer, as what the contract says it is. */
export async function bodyOf<Body>(response: Response): Promise<Body> {
  return response.json();
}

/** The body of a refusal, after checking that it is one. */
export async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return bodyOf<Problem>(response);
}

/** The generation of an answer that has one. */
export async function generationOf(response: Response): Promise<Generation> {
  expect(response.ok).toBe(true);
  return (await bodyOf<GenerationResponse>(response)).generation;
}

function callerOf<M extends Models>(
  server: Pick<TestServer<M>, "ask" | "safelight" | "clock"> & { readonly owner: string },
): TestCaller {
  const { owner, ask, safelight, clock } = server;
  const get: TestCaller["get"] = (path, headers) => ask(owner, path, headers === undefined ? {} : { headers });
  const post: TestCaller["post"] = (path, body, headers) =>
    ask(owner, path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  return {
    get,
    post,
    delete: (path) => ask(owner, path, { method: "DELETE" }),
    submit: async (input = { prompt: "a red bicycle" }, fields = {}) => {
      const response = await post("", { model: "flux", input, ...fields });
      expect(response.status).toBe(202);
      return (await bodyOf<SubmitResponse>(response)).generation;
    },
    finish: async (id) => {
      for (let round = 0; round < 50; round += 1) {
        const generation = await generationOf(await get(`/${id}`));
        if (isTerminal(generation)) return generation;
        await safelight.worker.tick();
        clock.skip(10_000);
      }
      throw new Error(`${id} did not end.`);
    },
  };
}

function loggerInto(lines: LogLine[]): Logger {
  const write =
    (level: LogLine["level"]) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields });
    };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
