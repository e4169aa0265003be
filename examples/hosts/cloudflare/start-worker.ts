import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { d1Store } from "@safelight/server/d1";
import { convertV4MiniflareOptions, Miniflare, Response } from "miniflare";

/** Renders an image for a prompt, in base64, in place of Workers AI. */
export type Render = (prompt: string) => Promise<string>;

/** A Worker in workerd, with its D1 database and its R2 bucket in files. */
export interface RunningWorker {
  /** Lines that workerd and the Worker logged. */
  readonly log: string[];
  /** Sends a request by HTTP. */
  request(path: string, init?: RequestInit): ReturnType<typeof fetch>;
  /** Calls `scheduled`, as the schedule does each minute. */
  runSchedule(): Promise<void>;
  /** Kills workerd in the middle of its work, and starts a new process on the same files. */
  restart(): Promise<void>;
  /** Discrepancies of the books. */
  audit(): Promise<readonly unknown[]>;
  close(): Promise<void>;
}

/** Calls between Workers pass an `AbortSignal` by this flag alone. */
const runtime = { compatibilityDate: "2026-11-01", compatibilityFlags: ["enable_abortsignal_rpc"] };

/** In place of Workers AI, whose binding needs an account. */
const ai = `import { WorkerEntrypoint } from "cloudflare:workers";
  export default class extends WorkerEntrypoint {
    async run(model, { prompt }) {
      const response = await this.env.STUDIO.fetch("http://studio/", { method: "POST", body: prompt });
      return { image: await response.text() };
    }
  }`;

/** @param script the bundled Worker in the folder `dist`. */
export async function startWorker(render: Render, script = "worker.js"): Promise<RunningWorker> {
  const folder = await mkdtemp(join(tmpdir(), "safelight-cloudflare-"));
  const log: string[] = [];
  const options = convertV4MiniflareOptions({
    resourcePersistencePath: folder,
    handleStructuredLogs: ({ message }) => log.push(message),
    workers: [
      {
        name: "images",
        modules: true,
        scriptPath: join(import.meta.dirname, "dist", script),
        ...runtime,
        d1Databases: { DB: "safelight" },
        r2Buckets: { BUCKET: "media" },
        bindings: { SAFELIGHT_SECRET: "a secret that is long enough for tests" },
        serviceBindings: { AI: "ai" },
      },
      {
        name: "ai",
        modules: true,
        script: ai,
        ...runtime,
        serviceBindings: { STUDIO: async (request) => new Response(await render(await request.text())) },
      },
    ],
  });
  let miniflare = new Miniflare(options);
  return {
    log,
    request: async (path, init) => fetch(new URL(path, await miniflare.ready), init),
    runSchedule: async () => {
      const { outcome } = await (await miniflare.getWorker()).scheduled();
      if (outcome !== "ok") throw new Error(`The schedule ended with ${outcome}.`);
    },
    restart: async () => {
      // Ends workerd by SIGKILL.
      await miniflare.dispose();
      miniflare = new Miniflare(options);
      await miniflare.ready;
    },
    audit: async () => {
      const store = d1Store({ database: await miniflare.getD1Database("DB") });
      return store.audit();
    },
    close: async () => {
      await miniflare.dispose();
      await rm(folder, { recursive: true });
    },
  };
}
