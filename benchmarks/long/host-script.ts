import { once } from "node:events";
import { serve } from "@hono/node-server";
import { createSafelight, defineModel } from "@safelight/server";
import { custom } from "@safelight/server/custom";
import { fileStorage } from "@safelight/server/file-storage";
import { libsqlStore } from "@safelight/server/libsql";
import { z } from "zod";
import { handleCommands } from "../frame/handle-commands.ts";
import { tinyImage } from "../frame/tiny-image.ts";
import type { HostSettings } from "./host-settings.ts";

/** A host that serves and works. It may be killed at any time; a new host continues its work. */
const settings: HostSettings = JSON.parse(process.env.HOST ?? "{}");
const request = (path: string, { init, signal }: { readonly init: RequestInit; readonly signal: AbortSignal }) =>
  fetch(`${settings.vendorUrl}/jobs${path}`, { ...init, signal });
const input = z.object({ prompt: z.string() });

const vendor = custom<z.infer<typeof input>>({
  id: "vendor",
  async start({ generationId, signal, token }) {
    const response = await request("", {
      init: { method: "POST", body: JSON.stringify({ generationId, token }) },
      signal,
    });
    await response.arrayBuffer();
    if (response.ok) return { type: "accepted", operation: { token } };
    return { type: "rejected", failure: { code: "provider_error", message: "A lookup reported the job as absent." } };
  },
  async poll(_, { signal, token }) {
    const response = await request(`/${token}`, { init: {}, signal });
    // Our vendor returns this body.
    const { leftMs } = (await response.json()) as { readonly leftMs: number };
    if (leftMs > 0) return { type: "running", progress: null, pollAfterMs: Math.min(leftMs + 20, 1_000) };
    return { type: "done", outputs: [{ bytes: tinyImage, contentType: "image/png" }] };
  },
  async findByToken(token) {
    const response = await request(`/${token}`, { init: {}, signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok ? { type: "found", operation: { token } } : { type: "absent" };
  },
});

const safelight = createSafelight({
  store: libsqlStore({ url: `file:${settings.database}` }),
  storage: fileStorage(settings.media),
  identify: ({ headers }) => headers.get("authorization"),
  models: { demo: defineModel({ provider: vendor, input, credits: 4 }) },
  credits: { initialGrant: 1_000_000 },
  worker: { concurrency: 64 },
  logger: { debug() {}, info() {}, warn() {}, error: console.error },
  secret: "a secret that is long enough for benchmarks",
});
await safelight.migrate();
safelight.worker.start();
const server = serve({ fetch: safelight.handler, port: settings.port, hostname: "127.0.0.1" });
await once(server, "listening");

handleCommands({
  audit: () => safelight.audit(),
  heapBytes: () => process.memoryUsage().heapUsed,
});
