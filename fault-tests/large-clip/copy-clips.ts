import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isTerminalState } from "../../packages/server/src/lib/generation/generation-state.js";
import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { libsqlStore } from "../../packages/server/src/libsql.js";
import { paidFor } from "../../packages/server/test/folder-vendor.js";
import { Scenario } from "../../packages/server/testing/store-contract/scenario.js";
import { pause } from "../cluster/pause.js";
import type { ClipServer } from "./clip-server.js";
import type { MeasuredProcess } from "./process-memory.js";

/** A worker in its own process, on the files of a folder. */
export interface CopyWorker extends MeasuredProcess {
  /** Resolves with the signal or the code that ended the process. */
  readonly ended: Promise<string>;
  kill(): Promise<void>;
}

/** A new database in a folder, and commands on it. */
export interface CopyWorld {
  readonly folder: string;
  readonly store: Store;
  /** Queues a generation of a video. */
  submit(): Promise<string>;
  /** Starts a worker whose vendor makes the clip of this URL. */
  start(clipUrl: string, killAt?: string): CopyWorker;
  /** Waits until a generation has ended, and returns its state. If the worker ends first, returns how it ended. */
  finish(id: string, worker: CopyWorker): Promise<string>;
  close(): Promise<void>;
}

const script = (name: string): string =>
  fileURLToPath(new URL(`../../packages/server/test/${name}.ts`, import.meta.url));

const reportBuffers = fileURLToPath(new URL("./report-buffers.ts", import.meta.url));

export async function openCopyWorld(folder: string): Promise<CopyWorld> {
  await mkdir(join(folder, "temporary"), { recursive: true });
  const store = libsqlStore({ url: `file:${join(folder, "safelight.db")}` });
  await store.migrate();
  const scenario = new Scenario(store);
  const workers = new Set<CopyWorker>();
  return {
    folder,
    store,
    submit: () => scenario.accepted({ kind: "video", parsedInput: { prompt: "a lighthouse" }, initialGrant: 100 }),
    start(clipUrl, killAt) {
      const imports = ["--import", script("source-imports"), "--import", reportBuffers];
      const flags = ["--conditions=@safelight/source", ...imports, script("worker-process")];
      const args = ["--folder", folder, "--clip", clipUrl, ...(killAt === undefined ? [] : ["--dies-at", killAt])];
      const env = { ...process.env, TMPDIR: join(folder, "temporary") };
      const child = spawn(process.execPath, [...flags, ...args], { stdio: ["pipe", "ignore", "inherit", "ipc"], env });
      const ended = new Promise<string>((resolve) => child.on("close", (code, signal) => resolve(signal ?? `${code}`)));
      let maxBufferBytes = 0;
      child.on("message", (bytes: number) => {
        maxBufferBytes = bytes;
      });
      const worker: CopyWorker = {
        pid: child.pid ?? 0,
        maxBufferBytes: () => maxBufferBytes,
        ended,
        async kill() {
          child.kill("SIGKILL");
          await ended;
          workers.delete(worker);
        },
      };
      workers.add(worker);
      return worker;
    },
    async finish(id, worker) {
      for (;;) {
        const exit = await Promise.race([worker.ended, pause(100)]);
        const state = (await store.get({ ownerId: "ada", id }))?.state ?? "queued";
        if (isTerminalState(state)) return state;
        if (exit !== undefined) return `a worker that ended with ${exit}`;
      }
    },
    async close() {
      for (const worker of [...workers]) await worker.kill();
      await store.close();
    },
  };
}

/**
 * Compares a finished generation with the clip of the vendor.
 *
 * @returns the violations.
 */
export async function checkCopy(
  { folder, store }: CopyWorld,
  { id, clip }: { readonly id: string; readonly clip: ReturnType<ClipServer["factsOf"]> },
): Promise<readonly string[]> {
  const violations: string[] = [];
  const output = await store.getOutput({ id, index: 0 });
  const path = join(folder, "media", output?.storageKey ?? "none");
  // Without the mark, which follows the clip.
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { end: clip.byteLength - 1 })) hash.update(chunk);
  if (hash.digest("hex") !== clip.sha256) violations.push("the stored clip differs from that of the vendor");
  if (output?.kind !== "video" || output.provenance?.marked !== true) violations.push("the clip is not marked");
  const paid = await paidFor(join(folder, "vendor"), id);
  if (paid !== 1) violations.push(`the vendor was paid ${paid} times`);
  for (const { check, subject, detail } of await store.audit()) violations.push(`${check}: ${subject} (${detail})`);
  const spools = await readdir(join(folder, "temporary"), { recursive: true });
  const left = spools.filter((name) => !name.startsWith("safelight-spool-") || name.includes("/"));
  if (left.length > 0) violations.push(`temporary files stayed: ${left.join(", ")}`);
  return violations;
}
