import type { Worker } from "node:worker_threads";
import { createRenderer, type Render, type RenderTask } from "../image/render-task.js";
import type { RenderMessage, RenderRequest, RenderResponse } from "./render-messages.js";
import type { RenderWorker } from "./render-worker-interface.js";
import { startThread } from "./start-thread.js";

/** A task without a response. */
interface PendingTask {
  readonly request: RenderRequest;
  readonly resolve: (png: Uint8Array) => void;
  readonly reject: (error: Error) => void;
  /** Threads that ended during this task. */
  crashes: number;
}

/** A task fails after this many crashes. One crash may be an accident. */
const maxCrashes = 2;
/** Max waiting tasks for a preview. */
const maxWaitingForPreview = 6;

/**
 * Creates a render worker with one thread, which the first task starts. The thread keeps the process alive only during a
 * task. If it ends, a new thread continues with its tasks. If none can be started, the calling thread renders the task. If
 * a thread ends before it is ready, as in a bundle without its file, the calling thread renders everything from then on.
 *
 * @param start starts a thread; for tests.
 * @param idleMs time without a task after which the thread ends, in milliseconds.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: short functions with shared state
export function createRenderWorker(start: () => Worker = startThread, idleMs = 10_000): RenderWorker {
  const tasks = new Map<number, PendingTask>();
  let lastId = 0;
  let thread: Worker | null = null;
  let idleTimer: NodeJS.Timeout | undefined;
  let hasNoThread = false;
  let renderer: Render | null = null;

  const renderHere = async (task: RenderTask): Promise<Uint8Array> => {
    renderer ??= createRenderer();
    return renderer(task);
  };

  const run = (task: RenderTask): Promise<Uint8Array> => {
    if (hasNoThread) return renderHere(task);
    return new Promise((resolve, reject) => {
      lastId += 1;
      const pending: PendingTask = { request: { id: lastId, task }, resolve, reject, crashes: 0 };
      tasks.set(lastId, pending);
      clearTimeout(idleTimer);
      thread ??= openThread();
      thread?.ref();
      if (thread === null) renderAllHere();
      else thread.postMessage(pending.request);
    });
  };

  /** Returns `null` if no thread can be started now, for example without memory. The next task tries again. */
  const openThread = (): Worker | null => {
    let opened: Worker;
    try {
      opened = start();
    } catch {
      return null;
    }
    let isReady = false;
    opened.on("message", (message: RenderMessage) => {
      if (message.type === "ready") isReady = true;
      else settle(message);
    });
    // `exit` follows and handles the crash. Without a listener, the event would end the process.
    opened.on("error", () => {});
    opened.on("exit", () => {
      if (thread !== opened) return;
      thread = null;
      if (isReady) return restart();
      hasNoThread = true;
      renderAllHere();
    });
    return opened;
  };

  const settle = (response: RenderResponse): void => {
    const task = tasks.get(response.id);
    tasks.delete(response.id);
    if (tasks.size === 0) {
      thread?.unref();
      clearTimeout(idleTimer);
      idleTimer = setTimeout(() => void endThread(), idleMs).unref();
    }
    if (response.type === "rendered") task?.resolve(response.png);
    else task?.reject(new Error(`Could not render an image: ${response.message}`));
  };

  const endThread = async (): Promise<void> => {
    clearTimeout(idleTimer);
    const ending = thread;
    thread = null;
    await ending?.terminate();
  };

  /** A thread runs its tasks in order, so it crashed during the first one. */
  const restart = (): void => {
    const [first] = tasks.values();
    if (first === undefined) return;
    first.crashes += 1;
    if (first.crashes >= maxCrashes) {
      tasks.delete(first.request.id);
      first.reject(new Error("Could not render an image: the render thread crashed twice during this task."));
    }
    if (tasks.size === 0) return;
    thread = openThread();
    if (thread === null) renderAllHere();
    else for (const { request } of tasks.values()) thread.postMessage(request);
  };

  const renderAllHere = (): void => {
    for (const { request, resolve, reject } of tasks.values()) renderHere(request.task).then(resolve, reject);
    tasks.clear();
  };

  return {
    render: (image, kind = "image") => run({ kind, image }),
    preview: async (image, share) => {
      if (tasks.size >= maxWaitingForPreview) return null;
      return run({ kind: "preview", image, share });
    },
    close: async () => {
      const waiting = [...tasks.values()];
      tasks.clear();
      for (const { reject } of waiting) reject(new Error("The render worker was closed."));
      await endThread();
    },
  };
}
