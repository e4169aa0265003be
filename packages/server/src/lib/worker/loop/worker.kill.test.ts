import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { paidFor } from "../../../../test/folder-vendor.js";
import { type BundledScript, bundleScript } from "../../../../test/processes/bundle-script.js";
import { tinyMp4 } from "../../../../testing/media/tiny-media.js";
import { Scenario } from "../../../../testing/store-contract/scenario.js";
import { tempFolder } from "../../../../testing/temp-folder.js";
import { type GenerationState, isTerminalState } from "../../generation/generation-state.js";
import type { Store } from "../../ports/store/store.js";
import { fileStorage } from "../../storage/file-storage.js";
import { libsqlStore } from "../../store/libsql/libsql-store.js";
import type { CrashPoint } from "../context/crash-point.js";

let script: BundledScript;

beforeAll(async () => {
  script = await bundleScript(new URL("../../../../test/worker-process.ts", import.meta.url));
});

afterAll(() => script.remove());

/** A worker in its own process. */
interface WorkerProcess {
  /** Resolves with the signal that ended the process, or with its exit code and output. */
  readonly killedBy: Promise<string>;
  kill(): void;
}

function startProcess(folder: string, ...args: readonly string[]): WorkerProcess {
  const child = spawn(process.execPath, [script.path, "--folder", folder, ...args], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const killedBy = new Promise<string>((resolve) => {
    child.on("close", (code, signal) => resolve(signal ?? `exit ${code}: ${errors}`));
  });
  return { killedBy, kill: () => child.kill("SIGKILL") };
}

/** Waits for the end of a generation that another process advances. */
async function ended(store: Store, id: string): Promise<GenerationState> {
  for (;;) {
    let stop: () => void = () => {};
    const committed = new Promise<void>((resolve) => {
      stop = store.onForeignCommit(resolve);
    });
    const state = (await store.get({ ownerId: "ada", id }))?.state ?? "queued";
    if (!isTerminalState(state)) await committed;
    stop();
    if (isTerminalState(state)) return state;
  }
}

/** Large enough for a temporary file. */
const clip = tinyMp4({ frameBytes: 2_097_152 });

/** Serves the clip, and returns the arguments of a process that copies it. */
async function serveClip(onTestFinished: (end: () => void) => void): Promise<readonly string[]> {
  const server = createServer((_request, response) => response.end(clip)).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  return ["--clip", `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/clip.mp4`];
}

const points: readonly CrashPoint[] = ["P4", "P5", "P7", "P8", "P9", "P21", "P12", "P13", "P15", "P18"];

describe("a worker killed by SIGKILL", () => {
  it.concurrent.for(points)(
    "at %s leaves a video that the next worker completes, with one payment and one debit",
    async (point, { onTestFinished }) => {
      const folder = await tempFolder("kill", onTestFinished);
      const store = libsqlStore({ url: `file:${join(folder, "safelight.db")}` });
      await store.migrate();
      const scenario = new Scenario(store);
      const id = await scenario.accepted({ kind: "video", parsedInput: { prompt: "a lake at dawn" } });
      const made = await serveClip(onTestFinished);

      expect(await startProcess(folder, ...made, "--dies-at", point).killedBy).toBe("SIGKILL");
      const next = startProcess(folder, ...made);
      onTestFinished(async () => {
        next.kill();
        await next.killedBy;
      });
      expect(await Promise.race([ended(store, id), next.killedBy])).toBe("completed");

      expect(await paidFor(join(folder, "vendor"), id)).toBe(1);
      expect(await scenario.balance()).toBe(96);
      expect(await store.audit()).toEqual([]);

      const output = await store.getOutput({ id, index: 0 });
      expect(output).toMatchObject({ kind: "video", durationMs: 2_000, provenance: { marked: true } });
      const stored = await fileStorage(join(folder, "media")).get(output?.storageKey ?? "");
      const bytes = new Uint8Array(await new Response(stored?.body).arrayBuffer());
      // `toEqual` takes a third of a second.
      expect(Buffer.compare(bytes.subarray(0, clip.length), clip)).toBe(0);
      await store.close();
    },
  );

  it.concurrent.for<CrashPoint>(["P7", "P8", "P9", "P21", "P15"])(
    "at %s stores no byte of the only output if it is withheld, and refunds it once",
    async (point, { onTestFinished }) => {
      const folder = await tempFolder("kill", onTestFinished);
      const store = libsqlStore({ url: `file:${join(folder, "safelight.db")}` });
      await store.migrate();
      const scenario = new Scenario(store);
      const id = await scenario.accepted({ parsedInput: { prompt: "a lake at dawn" } });

      expect(await startProcess(folder, "--withholds", "0", "--dies-at", point).killedBy).toBe("SIGKILL");
      const next = startProcess(folder, "--withholds", "0");
      onTestFinished(async () => {
        next.kill();
        await next.killedBy;
      });
      expect(await Promise.race([ended(store, id), next.killedBy])).toBe("failed");

      expect((await store.get({ ownerId: "ada", id }))?.failureCode).toBe("content_rejected");
      expect(await paidFor(join(folder, "vendor"), id)).toBe(1);
      expect(await scenario.balance()).toBe(100);
      expect(await store.audit()).toEqual([]);
      // It may still delete a preview and its folder.
      next.kill();
      await next.killedBy;
      const media = await readdir(join(folder, "media"), { recursive: true });
      expect(media.filter((path) => /\d+-[0-9a-f]{64}$/.test(path))).toEqual([]);
      await store.close();
    },
  );

  it.concurrent.for<CrashPoint>(["P21", "P12", "P13", "P18"])(
    "at %s stores no byte of one of two outputs if it is withheld, keeps the reason, and refunds its share once",
    async (point, { onTestFinished }) => {
      const folder = await tempFolder("kill", onTestFinished);
      const store = libsqlStore({ url: `file:${join(folder, "safelight.db")}` });
      await store.migrate();
      const scenario = new Scenario(store);
      const id = await scenario.accepted({ requestedOutputs: 2 });
      const given = ["--outputs", "2", "--withholds", "0"];

      expect(await startProcess(folder, ...given, "--dies-at", point).killedBy).toBe("SIGKILL");
      const next = startProcess(folder, ...given);
      onTestFinished(async () => {
        next.kill();
        await next.killedBy;
      });
      expect(await Promise.race([ended(store, id), next.killedBy])).toBe("completed");

      const detail = await store.getDetail({ id });
      expect(detail?.generation).toMatchObject({ refundedCredits: 2, outputs: [{ index: 1 }] });
      const withheld = { code: "content_blocked", message: "checkOutput: a test" };
      expect(detail?.attempts).toMatchObject([{ state: "done", failure: { missing: [{ index: 0, ...withheld }] } }]);
      expect(detail?.entries).toMatchObject([
        { kind: "debit", amount: -4 },
        { kind: "capture", amount: 2 },
      ]);
      expect(await paidFor(join(folder, "vendor"), id)).toBe(1);
      expect(await scenario.balance()).toBe(98);
      expect(await store.audit()).toEqual([]);
      // It may still delete a preview and its folder.
      next.kill();
      await next.killedBy;
      const media = await readdir(join(folder, "media"), { recursive: true });
      expect(media.filter((path) => /\d+-[0-9a-f]{64}$/.test(path))).toEqual([
        expect.stringMatching(/1-[0-9a-f]{64}$/),
      ]);
      await store.close();
    },
  );
});
