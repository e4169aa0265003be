import { mkdtempSync, rmSync } from "node:fs";
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
import { copyMigrated } from "./copy-migrated.js";
import { type FakeClock, fakeClock } from "./fakes/fake-clock.js";
import { scriptedProvider } from "./fakes/scripted-provider.js";

/** Default models of a test server. */
export const testModels = {
  flux: defineModel({
    provider: scriptedProvider<{ prompt: string; steps: number }>(),
    input: z.object({ prompt: z.string().min(1).max(2000), steps: z.int().min(1).default(8) }),
    credits: 4,
  }),
};

/** A composed server on its own database file, mounted in a Hono app as in a host, with a fake clock. */
export interface TestServer<M extends Models> {
  readonly safelight: Safelight<InferModels<M>>;
  readonly store: Store;
  /** The `storage` option. @default a storage in memory */
  readonly storage: Storage;
  readonly clock: FakeClock;
  readonly logs: readonly LogLine[];
  /** Sends a request to a path below the base path. `owner` becomes the bearer token; `null` sends none. */
  request(owner: string | null, path: string, init?: RequestInit): Promise<Response>;
  /** Sends requests as one owner. */
  as(owner: string): TestCaller;
}

/** One log line of the server. */
export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: LogFields;
}

/** Requests of one owner. */
export interface TestCaller {
  get(path: string, headers?: HeadersInit): Promise<Response>;
  /** Sends JSON. A string is sent unchanged. */
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  delete(path: string): Promise<Response>;
  /** Submits to the model `flux`, and expects status 202. */
  submit(input?: Json, fields?: Readonly<Record<string, Json>>): Promise<Generation>;
  /** Runs the worker and advances the clock until the generation has ended. */
  finish(id: string): Promise<Generation>;
}

const basePath = "/api/generations";

/** Composes a server. After the test, the server is closed and its files are deleted. */
export async function testServer<const M extends Models = typeof testModels>(
  options: Partial<SafelightOptions<M>> & { readonly models?: M } = {},
): Promise<TestServer<M>> {
  const folder = mkdtempSync(join(tmpdir(), "safelight-http-"));
  const clock = fakeClock();
  if (options.store === undefined && options.autoMigrate !== false) await copyMigrated(join(folder, "test.db"));
  const store = libsqlStore({ url: `file:${join(folder, "test.db")}`, now: clock.now });
  const storage = options.storage ?? memoryStorage();
  const logs: LogLine[] = [];
  const safelight = createSafelight<M>({
    store,
    storage,
    identify: ({ headers }) => /^Bearer (.+)$/.exec(headers.get("authorization") ?? "")?.[1] ?? null,
    // `M` defaults to the type of `testModels`.
    models: testModels as Models as M,
    secret: "a secret that is long enough for tests",
    credits: { initialGrant: 100 },
    clock,
    logger: loggerInto(logs),
    ...options,
  });
  onTestFinished(async () => {
    await safelight.close();
    rmSync(folder, { recursive: true });
  });

  const host = new Hono();
  host.route(options.basePath ?? basePath, safelight.app);
  const request: TestServer<M>["request"] = async (owner, path, init = {}) => {
    const headers = new Headers(init.headers);
    if (owner !== null) headers.set("authorization", `Bearer ${owner}`);
    return host.request(`http://localhost${options.basePath ?? basePath}${path}`, { ...init, headers });
  };
  const as = (owner: string): TestCaller => callerOf({ owner, request, safelight, clock });
  return { safelight, store, storage, clock, logs, request, as };
}

/** The JSON body of a response, typed by the caller without a check. */
export async function bodyOf<Body>(response: Response): Promise<Body> {
  return response.json();
}

/** The problem details of a response. Checks the content type. */
export async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  return bodyOf<Problem>(response);
}

/** The generation in a successful response. */
export async function generationOf(response: Response): Promise<Generation> {
  expect(response.ok).toBe(true);
  return (await bodyOf<GenerationResponse>(response)).generation;
}

function callerOf<M extends Models>(
  server: Pick<TestServer<M>, "request" | "safelight" | "clock"> & { readonly owner: string },
): TestCaller {
  const { owner, request, safelight, clock } = server;
  const get: TestCaller["get"] = (path, headers) => request(owner, path, headers === undefined ? {} : { headers });
  const post: TestCaller["post"] = (path, body, headers) =>
    request(owner, path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  return {
    get,
    post,
    delete: (path) => request(owner, path, { method: "DELETE" }),
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
      throw new Error(`${id} did not end within 50 ticks.`);
    },
  };
}

function loggerInto(lines: LogLine[]): Logger {
  const write =
    (level: LogLine["level"]) =>
    (message: string, fields: LogFields): void => {
      lines.push({ level, message, fields });
    };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
