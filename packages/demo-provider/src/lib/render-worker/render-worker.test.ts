import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type BuiltRenderWorker, buildRenderWorker } from "../../../test/build-render-worker.js";
import { createRenderer } from "../image/render-task.js";
import { createRenderWorker } from "./render-worker.js";
import type { RenderWorker } from "./render-worker-interface.js";
import * as source from "./start-thread.js";

describe("createRenderWorker", () => {
  const image = { prompt: "a quiet lake", seed: 0, size: 256 };
  const opened: RenderWorker[] = [];
  const threads: Worker[] = [];
  let folder: string;
  let built: BuiltRenderWorker;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "safelight-render-worker-"));
    // Without it, Node reads `.js` files as CommonJS first.
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    built = await buildRenderWorker(folder);
  });

  afterAll(() => rm(folder, { recursive: true }));

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((worker) => worker.close()));
    threads.splice(0);
  });

  const open = (start: () => Worker = built.startThread, idleMs?: number): RenderWorker => {
    const worker = createRenderWorker(() => {
      const thread = start();
      threads.push(thread);
      return thread;
    }, idleMs);
    opened.push(worker);
    return worker;
  };
  /** A thread that runs other code. */
  const threadOf = (code: string): Worker => new Worker(code, { eval: true });
  const crashing = `
    const { parentPort } = require("node:worker_threads");
    parentPort.postMessage({ type: "ready" });
    parentPort.on("message", () => process.exit(1));
  `;
  const idle = `
    const { parentPort } = require("node:worker_threads");
    parentPort.postMessage({ type: "ready" });
    parentPort.on("message", () => {});
  `;
  /** Runs a module in another process and returns its output. */
  const runModule = async (
    code: string,
    options: { flags?: readonly string[]; env?: object } = {},
  ): Promise<string> => {
    const { flags = [], env = {} } = options;
    const child = spawn(process.execPath, [...flags, "--input-type=module", "--eval", code], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, ...env },
    });
    const [output, [exitCode]] = await Promise.all([text(child.stdout), once(child, "close")]);
    expect(exitCode).toBe(0);
    return output;
  };

  it("renders in one thread, which the first task starts, the same bytes as the calling thread", async () => {
    const worker = open();
    expect(threads).toHaveLength(0);
    const render = createRenderer();
    expect(Buffer.compare(await worker.render(image), render({ kind: "image", image }))).toBe(0);
    const preview = await worker.preview(image, 0.5);
    expect(Buffer.compare(preview ?? new Uint8Array(), render({ kind: "preview", image, share: 0.5 }))).toBe(0);
    expect(threads).toHaveLength(1);
  });

  it("does not block the event loop", async () => {
    const worker = open(() => threadOf(idle));
    let isRendered = false;
    const rendered = worker.render(image).finally(() => {
      isRendered = true;
    });
    // The calling thread would finish the task, which this thread never does.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(isRendered).toBe(false);
    const rejected = expect(rendered).rejects.toThrow("closed");
    await worker.close();
    await rejected;
  });

  it("continues in a new thread if the thread ends", async () => {
    const worker = open();
    const before = await worker.render(image);
    const tasks = Promise.all([worker.render(image), worker.render(image), worker.render(image)]);
    await threads[0]?.terminate();
    for (const png of await tasks) expect(Buffer.compare(png, before)).toBe(0);
    expect(threads).toHaveLength(2);
  });

  it("renders in the calling thread if no thread can be started", async () => {
    const worker = open(() => {
      throw new Error("threads are not permitted");
    });
    expect((await worker.render(image)).byteLength).toBeGreaterThan(1_000);
  });

  it("starts a thread for a later task if one could not be started", async () => {
    let isOutOfMemory = true;
    const worker = open(() => {
      if (isOutOfMemory) throw new Error("out of memory");
      return built.startThread();
    });
    await worker.render(image);
    isOutOfMemory = false;
    await worker.render(image);
    expect(threads).toHaveLength(1);
  });

  it("renders in the calling thread if the thread crashes and no other can be started", async () => {
    const worker = open(() => {
      if (threads.length > 0) throw new Error("out of memory");
      return threadOf(crashing);
    });
    expect((await worker.render(image)).byteLength).toBeGreaterThan(1_000);
  });

  it("rejects a task that crashed two threads, and renders the next one", async () => {
    const worker = open(() => (threads.length < 2 ? threadOf(crashing) : built.startThread()));
    const fatal = worker.render(image);
    const harmless = worker.render(image);
    await expect(fatal).rejects.toThrow(/crashed twice/);
    expect((await harmless).byteLength).toBeGreaterThan(1_000);
  });

  it("rejects an impossible task, and keeps the thread", async () => {
    const worker = open();
    await expect(worker.render({ ...image, size: 1_000_000 })).rejects.toThrow(/Could not render/);
    expect((await worker.render(image)).byteLength).toBeGreaterThan(1_000);
    expect(threads).toHaveLength(1);
  });

  it("renders in the calling thread if a bundle does not contain the thread", async () => {
    const worker = open(() => new Worker(new URL("./missing-in-the-bundle.js", import.meta.url)));
    const rendered = await Promise.all([worker.render(image), worker.preview(image, 0.5)]);
    expect(rendered.map((png) => png?.byteLength ?? 0).every((length) => length > 1_000)).toBe(true);
    await worker.render(image);
    expect(threads).toHaveLength(1);
  });

  it("runs no WebAssembly in the thread, because V8 may crash the process", async () => {
    const code = `globalThis.WebAssembly = undefined; import(${JSON.stringify(built.threadUrl)});`;
    const worker = open(() => threadOf(code));
    const render = createRenderer();
    // A crashed thread would be replaced by another, or by the calling thread.
    for (const task of [worker.render(image), worker.preview(image, 0)])
      expect((await task)?.byteLength).toBeGreaterThan(0);
    expect(Buffer.compare(await worker.render(image), render({ kind: "image", image }))).toBe(0);
    expect(threads.map(({ threadId }) => threadId)).toEqual([expect.any(Number)]);
    expect(threads[0]?.threadId).toBeGreaterThan(0);
  });

  it("strips no types in a thread", async () => {
    const [error] = await once(source.startThread(), "error");
    expect(error.code).toMatch(/MODULE_NOT_FOUND$/);
  });

  it("does not load modules of the host's --import or NODE_OPTIONS in the thread", async () => {
    const preload = join(folder, "preload.mjs");
    await writeFile(preload, 'import { threadId } from "node:worker_threads"; console.log("loaded in", threadId);');
    const code = `
      import { createRenderWorker } from ${JSON.stringify(pathToFileURL(built.path).href)};
      console.log((await createRenderWorker().render(${JSON.stringify(image)})).length > 1000);
    `;
    const href = pathToFileURL(preload).href;
    expect(await runModule(code, { flags: ["--import", href] })).toBe("loaded in 0\ntrue\n");
    expect(await runModule(code, { env: { NODE_OPTIONS: `--import ${href}` } })).toBe("loaded in 0\ntrue\n");
  });

  it("omits previews while many tasks are waiting", async () => {
    const worker = open();
    const waiting = Array.from({ length: 6 }, () => worker.render(image));
    expect(await worker.preview(image, 0.5)).toBeNull();
    await Promise.all(waiting);
    expect(await worker.preview(image, 0.5)).not.toBeNull();
  });

  it("ends an idle thread, and starts another for the next task", async () => {
    const worker = open(built.startThread, 20);
    await worker.render(image);
    const [first] = threads;
    if (first !== undefined && first.threadId !== -1) await once(first, "exit");
    expect((await worker.render(image)).byteLength).toBeGreaterThan(1_000);
    expect(threads).toHaveLength(2);
  });

  it("rejects waiting tasks when it is closed, and starts again for later tasks", async () => {
    const worker = open();
    const waiting = expect(worker.render(image)).rejects.toThrow(/closed/);
    await worker.close();
    await waiting;
    expect((await worker.render(image)).byteLength).toBeGreaterThan(1_000);
    expect(threads).toHaveLength(2);
  });

  it("keeps a process alive until its task ends, and no longer", async () => {
    const output = await runModule(`
      import { createRenderWorker } from ${JSON.stringify(pathToFileURL(built.path).href)};
      createRenderWorker().render(${JSON.stringify(image)}).then((png) => console.log(png.length > 1000));
    `);
    expect(output).toBe("true\n");
  });

  it("renders in the calling thread when no module can be loaded any more", async () => {
    const output = await runModule(`
      import { registerHooks } from "node:module";
      let isBlocked = false;
      registerHooks({
        load: (url, context, next) => {
          if (isBlocked && url.startsWith("file:")) throw new Error("EMFILE: too many open files");
          return next(url, context);
        },
      });
      const { createRenderWorker } = await import(${JSON.stringify(pathToFileURL(built.path).href)});
      isBlocked = true;
      const worker = createRenderWorker(() => { throw new Error("EMFILE: too many open files"); });
      worker.render(${JSON.stringify(image)}).then((png) => console.log(png.length > 1000), console.log);
    `);
    expect(output).toBe("true\n");
  });
});
