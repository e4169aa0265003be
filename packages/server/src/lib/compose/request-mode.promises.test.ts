import { join } from "node:path";
import { createClient } from "@libsql/client";
import { expect, it, vi } from "vitest";
import { z } from "zod";
import { watchRequests } from "../../../testing/cross-request-promises.js";
import { done, scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { defineModel } from "../model/define-model.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { libsqlClientStore } from "../store/libsql/libsql-client-store.js";
import { createSafelight } from "./create-safelight.js";

const origin = "http://localhost/api/generations";

/** Composes a server that detects this runtime as Cloudflare Workers. */
async function serverOnWorkers(folder: string) {
  const client = createClient({ url: `file:${join(folder, "test.db")}`, concurrency: Number.POSITIVE_INFINITY });
  // Resolves a turn later, like a remote database: requests overlap.
  const batch: typeof client.batch = async (...args) => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    return client.batch(...args);
  };
  const remote = { batch, execute: client.execute.bind(client), close: () => client.close() };
  const store = await libsqlClientStore({ client: { ...client, ...remote }, identity: folder });
  const versions = { ...process.versions, uv: "" };
  vi.stubGlobal(
    "process",
    new Proxy(process, { get: (target, name) => (name === "versions" ? versions : Reflect.get(target, name)) }),
  );
  vi.stubGlobal("navigator", { userAgent: "Cloudflare-Workers" });
  try {
    const provider = scriptedProvider<{ prompt: string }>({ poll: [done()] });
    return createSafelight({
      store,
      storage: memoryStorage(),
      identify: ({ headers }) => headers.get("x-user"),
      models: { flux: defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 4 }) },
      secret: "a secret that is long enough for tests",
      credits: { initialGrant: 100 },
      retention: { generationsMs: 86_400_000 },
      worker: { mode: "request" },
    });
  } finally {
    vi.unstubAllGlobals();
  }
}

it("awaits no pending promise of another request on Cloudflare Workers", { timeout: 60_000 }, async () => {
  const folder = await tempFolder("promises");
  const safelight = await serverOnWorkers(folder);
  const { run, stop, violations } = watchRequests();
  const request = (name: string, path: string, init: RequestInit = {}): Promise<number> =>
    run(name, async () => {
      const promises: Promise<unknown>[] = [];
      const headers = { "x-user": name.slice(0, 3), "content-type": "application/json" };
      const response = await safelight.handler(new Request(`${origin}${path}`, { ...init, headers }), {
        waitUntil: (promise: Promise<unknown>) => promises.push(promise),
      });
      await response.text();
      await Promise.all(promises);
      return response.status;
    });
  const body = JSON.stringify({ model: "flux", input: { prompt: "a red bicycle" } });
  const names = ["ann 1", "ann 2", "bob 1", "bob 2"];
  try {
    const submits = names.map((name) => request(`${name} submits`, "", { method: "POST", body }));
    const credits = names.map((name) => request(`${name} reads credits`, "/credits"));
    expect(await Promise.all([...submits, ...credits])).toEqual([202, 202, 202, 202, 200, 200, 200, 200]);
    const ticks = names.map((name) => run(`${name} ticks`, () => safelight.worker.tick()));
    const reads = names.map((name) => request(`${name} reads`, "/active"));
    await Promise.all([...ticks, ...reads]);
    expect(violations).toEqual([]);
  } finally {
    stop();
    await safelight.close();
  }
});
