import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import { fakeClock } from "../../../testing/fakes/fake-clock.js";
import { done, scriptedProvider } from "../../../testing/fakes/scripted-provider.js";
import { heldCall } from "../../../testing/held-call.js";
import { tempFolder } from "../../../testing/temp-folder.js";
import { defineModel } from "../model/define-model.js";
import type { Provider, SubmitOutcome } from "../ports/provider.js";
import type { EndEvent, Hooks } from "../service/hooks.js";
import { memoryStorage } from "../storage/memory-storage.js";
import { libsqlStore } from "../store/libsql/libsql-store.js";
import { createSafelight } from "./create-safelight.js";
import type { SafelightOptions } from "./options.js";

type Providers = Readonly<Record<string, Provider<{ prompt: string }>>>;

const openFiles = "/proc/self/fd";
const ann = { ownerId: "ann" };
const input = { prompt: "a red bicycle" };
const instant = () => scriptedProvider<{ prompt: string }>({ submit: [{ type: "done", outputs: done().outputs }] });

/** A process that evaluates the host's module again after each edit, on one database file. */
async function developmentProcess() {
  const folder = await tempFolder("reload");
  const storage = memoryStorage();
  const path = join(folder, "test.db");
  const evaluate = (
    providers: Providers,
    options: Partial<SafelightOptions<Readonly<Record<string, ReturnType<typeof modelOf>>>>> = {},
  ) => {
    const safelight = createSafelight({
      store: libsqlStore({ url: `file:${path}`, ...(options.clock && { now: options.clock.now }) }),
      storage,
      identify: () => null,
      models: Object.fromEntries(Object.entries(providers).map(([name, provider]) => [name, modelOf(provider)])),
      credits: { initialGrant: 100 },
      secret: "a secret that is long enough for tests",
      ...options,
    });
    const weak = new WeakRef(safelight);
    onTestFinished(() => weak.deref()?.close());
    return safelight;
  };
  return { evaluate, path };
}

type Evaluated = ReturnType<Awaited<ReturnType<typeof developmentProcess>>["evaluate"]>;

function modelOf(provider: Provider<{ prompt: string }>) {
  return defineModel({ provider, input: z.object({ prompt: z.string() }), credits: 1 });
}

function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

/** Number of open files whose path starts with `path`. */
function countOpen(path: string): number {
  return readdirSync(openFiles).filter((fd) => {
    try {
      return readlinkSync(join(openFiles, fd)).startsWith(path);
    } catch {
      // The descriptor was closed after it was listed.
      return false;
    }
  }).length;
}

/** Submits a generation and waits for its end. */
async function generate(safelight: Evaluated, model: string) {
  const { generation } = await safelight.api.submit(ann, model, input);
  return ended(safelight, generation.id);
}

async function ended(safelight: Evaluated, id: string) {
  for (;;) {
    const generation = await safelight.api.get(ann, id);
    if (generation.status !== "pending" && generation.status !== "processing") return generation;
    await safelight.api.changes(ann, { after: generation.sequence, waitMs: 25_000 });
  }
}

describe("a module that is evaluated again after an edit", () => {
  it("runs a model added by an edit, although only the first copy was started", async () => {
    const { evaluate } = await developmentProcess();
    const first = evaluate({ poster: instant() });
    first.worker.start();
    expect(await generate(first, "poster")).toMatchObject({ status: "completed" });
    const second = evaluate({ poster: instant(), banner: instant() });
    expect(await generate(second, "banner")).toMatchObject({ status: "completed" });
    const third = evaluate({ placard: instant() });
    expect(await generate(third, "placard")).toMatchObject({ status: "completed" });
    expect(await third.audit()).toEqual([]);
  });

  it("stores no secret in the database of a host that configured one", async () => {
    const { evaluate, path } = await developmentProcess();
    evaluate({ poster: instant() }).worker.start();
    // Only the second copy has this model: its completion proves that the databases were compared.
    expect(await generate(evaluate({ poster: instant(), banner: instant() }), "banner")).toMatchObject({
      status: "completed",
    });
    const store = libsqlStore({ url: `file:${path}` });
    onTestFinished(() => store.close());
    expect(await store.readSecret("nothing was stored")).toBe("nothing was stored");
  });

  it("uses the new provider and the new hooks from the first submit on", async () => {
    const { evaluate } = await developmentProcess();
    const [before, after] = [instant(), instant()];
    const called: string[] = [];
    const hooksOf = (name: string, onEnd: (event: EndEvent) => void = () => {}): Hooks => ({
      onCompleted: (event) => {
        called.push(name);
        onEnd(event);
      },
    });
    evaluate({ poster: before }, { hooks: hooksOf("before") }).worker.start();
    const announced = new Promise<EndEvent>((resolve) => {
      void generate(evaluate({ poster: after }, { hooks: hooksOf("after", resolve) }), "poster");
    });
    expect(await announced).toMatchObject({ status: "completed" });
    expect([before.submits.length, after.submits.length]).toEqual([0, 1]);
    expect(called).toEqual(["after"]);
  });

  it("waits for a paid request of the old copy, and pays no second one", async () => {
    const clock = fakeClock();
    const { evaluate } = await developmentProcess();
    const reply = heldCall<SubmitOutcome>();
    const before = scriptedProvider<{ prompt: string }>({ submit: [reply.line] });
    const after = instant();
    const first = evaluate({ poster: before }, { clock });
    first.worker.start();
    const { generation } = await first.api.submit(ann, "poster", input);
    const signal = await reply.called;
    const second = evaluate({ poster: after }, { clock });
    // Longer than `drainMs` and than a lease.
    for (let turn = 0; turn < 10; turn += 1) await clock.advance(10_000);
    expect(signal.aborted).toBe(false);
    reply.resolve({ type: "done", outputs: done().outputs });
    await expect
      .poll(async () => {
        await clock.advance(1_000);
        return (await second.api.get(ann, generation.id)).status;
      })
      .toBe("completed");
    expect([before.submits.length, after.submits.length]).toEqual([1, 0]);
    await Promise.all([first.worker.stop(), second.worker.stop(), clock.advance(30_000)]);
  });

  it("releases an unpaid generation of the old copy without using an attempt", async () => {
    const { evaluate } = await developmentProcess();
    const poll = heldCall<ReturnType<typeof done>>();
    const before = scriptedProvider<{ prompt: string }>({ poll: [poll.line] });
    const after = scriptedProvider<{ prompt: string }>({ poll: [done()] });
    const first = evaluate({ poster: before });
    first.worker.start();
    const { generation } = await first.api.submit(ann, "poster", input);
    await poll.called;
    const second = evaluate({ poster: after });
    expect(await ended(second, generation.id)).toMatchObject({ status: "completed" });
    expect([before.submits.length, after.submits.length, after.polls.length]).toEqual([1, 0, 1]);
  });

  it("drains the newest copy when the started copy is stopped", async () => {
    const { evaluate } = await developmentProcess();
    const reply = heldCall<SubmitOutcome>();
    const first = evaluate({ poster: instant() });
    first.worker.start();
    const second = evaluate({ poster: scriptedProvider<{ prompt: string }>({ submit: [reply.line] }) });
    const { generation } = await second.api.submit(ann, "poster", input);
    await reply.called;
    const stopped = first.worker.stop();
    const late = await second.api.submit(ann, "poster", input);
    reply.resolve({ type: "done", outputs: done().outputs });
    await stopped;
    expect((await second.api.get(ann, generation.id)).status).not.toBe("pending");
    expect((await second.api.get(ann, late.generation.id)).status).toBe("pending");
  });

  it("runs the older copy again when the newest is closed", async () => {
    const { evaluate } = await developmentProcess();
    const first = evaluate({ poster: instant() });
    first.worker.start();
    const second = evaluate({ poster: instant() });
    expect(await generate(second, "poster")).toMatchObject({ status: "completed" });
    await second.close();
    expect(await generate(first, "poster")).toMatchObject({ status: "completed" });
  });

  it("opens no database if no worker was started, as in a build", async () => {
    const { evaluate, path } = await developmentProcess();
    evaluate({ poster: instant() });
    evaluate({ poster: instant(), banner: instant() });
    await new Promise((resolve) => setImmediate(resolve));
    await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it.skipIf(!existsSync(openFiles))("closes the database files of the old copies", async () => {
    const { evaluate, path } = await developmentProcess();
    evaluate({ poster: instant() }).worker.start();
    // Some module systems never drop a copy.
    const copies: Evaluated[] = [];
    for (let edit = 0; edit < 6; edit += 1) {
      const copy = evaluate({ poster: instant() });
      copies.push(copy);
      await generate(copy, "poster");
      // The database, its WAL and its index, for the active copy and two retiring copies. SQLite reuses the files of a
      // closed connection, and closes them after the last connection: the number never drops below its maximum.
      await expect
        .poll(() => {
          // The driver closes a connection when its statements are collected.
          collectGarbage();
          return countOpen(path);
        })
        .toBeLessThanOrEqual(9);
    }
  });

  it("leaves the old copies to the garbage collector", async () => {
    const { evaluate } = await developmentProcess();
    evaluate({ poster: instant() }).worker.start();
    const providers: WeakRef<object>[] = [];
    for (let edit = 0; edit < 20; edit += 1) {
      const provider = instant();
      await generate(evaluate({ poster: provider }), "poster");
      providers.push(new WeakRef(provider));
    }
    await expect
      .poll(() => {
        collectGarbage();
        return providers.filter((provider) => provider.deref() !== undefined).length;
      })
      .toBeLessThanOrEqual(1);
  });
});

describe("two servers in one process", () => {
  it("both work on one database if their models differ and both were started", async () => {
    const { evaluate } = await developmentProcess();
    const first = evaluate({ poster: instant() });
    const second = evaluate({ banner: instant() });
    first.worker.start();
    second.worker.start();
    expect(await generate(first, "poster")).toMatchObject({ status: "completed" });
    expect(await generate(second, "banner")).toMatchObject({ status: "completed" });
    expect(await generate(first, "poster")).toMatchObject({ status: "completed" });
  });

  it("both work on one database with different base paths and models of the same name", async () => {
    const { evaluate } = await developmentProcess();
    const first = evaluate({ poster: instant() }, { basePath: "/one" });
    first.worker.start();
    const second = evaluate({ poster: instant() }, { basePath: "/two" });
    await new Promise((resolve) => setImmediate(resolve));
    await first.worker.stop();
    const { generation } = await second.api.submit(ann, "poster", input);
    second.worker.start();
    expect(await ended(second, generation.id)).toMatchObject({ status: "completed" });
  });

  it("both work on databases with the same identity, as remote ones may have", async () => {
    const processes = [await developmentProcess(), await developmentProcess()];
    for (const { evaluate, path } of processes) {
      evaluate(
        { poster: instant() },
        { store: { ...libsqlStore({ url: `file:${path}` }), identity: "http" } },
      ).worker.start();
    }
    for (const { evaluate } of processes) {
      expect(await generate(evaluate({ poster: instant() }), "poster")).toMatchObject({ status: "completed" });
    }
  });

  it("both work in production", async () => {
    vi.stubEnv("NODE_ENV", "production");
    onTestFinished(() => void vi.unstubAllEnvs());
    const { evaluate } = await developmentProcess();
    const before = instant();
    const first = evaluate({ poster: before });
    first.worker.start();
    const second = evaluate({ poster: instant(), banner: instant() });
    expect(await generate(second, "poster")).toMatchObject({ status: "completed" });
    expect(before.submits.length).toBe(1);
  });
});
