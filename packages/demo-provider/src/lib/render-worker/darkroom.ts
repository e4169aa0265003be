import type { Worker } from "node:worker_threads";
import { createDraw, type Draw, type DrawTask } from "../image/draw-task.js";
import type { Darkroom } from "./darkroom-interface.js";
import { startThread } from "./start-thread.js";
import type { ThreadAnswer, ThreadOrder } from "./thread-messages.js";

/** A drawing on its way. */
interface Job {
  readonly order: ThreadOrder;
  readonly resolve: (png: Uint8Array) => void;
  readonly reject: (error: Error) => void;
  /** Threads that died over it. */
  deaths: number;
}

/** As many drawings as a thread may die over before they are given up: the second death is no accident. */
const maxDeaths = 2;
/** Previews are left out while this many drawings are waiting. */
const maxWaitingForPreview = 6;

/**
 * Opens a darkroom that draws in one thread, started at the first drawing and used again. The thread does not keep the
 * process alive, except while something is being drawn. When it dies, a new one takes over what it had left. A drawing for
 * which no thread can be started is made in the calling thread. After a thread that ended before it was ready, as in a
 * bundle without its file, all are.
 *
 * @param start starts the thread; tests put a thread of their own in its place.
 * @param idleMs how long the thread stays without a drawing, in milliseconds.
 */
export function openDarkroom(start: () => Worker = startThread, idleMs = 10_000): Darkroom {
  const jobs = new Map<number, Job>();
  let lastId = 0;
  let thread: Worker | null = null;
  let idleTimer: NodeJS.Timeout | undefined;
  let isThreadless = false;
  let draw: Draw | null = null;

  const drawHere = async (task: DrawTask): Promise<Uint8Array> => {
    draw ??= createDraw();
    return draw(task);
  };

  const ask = (task: DrawTask): Promise<Uint8Array> => {
    if (isThreadless) return drawHere(task);
    return new Promise((resolve, reject) => {
      lastId += 1;
      const job: Job = { order: { id: lastId, task }, resolve, reject, deaths: 0 };
      jobs.set(lastId, job);
      clearTimeout(idleTimer);
      thread ??= openThread();
      thread?.ref();
      if (thread === null) drawRestHere();
      else thread.postMessage(job.order);
    });
  };

  /** `null` if none can be started now, as without memory for it. The next drawing tries again. */
  const openThread = (): Worker | null => {
    let opened: Worker;
    try {
      opened = start();
    } catch {
      return null;
    }
    let isReady = false;
    opened.on("message", (answer: ThreadAnswer) => {
      if (answer.type === "ready") isReady = true;
      else settle(answer);
    });
    // What went wrong is told by the end of the thread, which follows; unheard, the event would end the process.
    opened.on("error", () => {});
    opened.on("exit", () => {
      if (thread !== opened) return;
      thread = null;
      if (isReady) return carryOn();
      isThreadless = true;
      drawRestHere();
    });
    return opened;
  };

  const settle = (answer: Exclude<ThreadAnswer, { readonly type: "ready" }>): void => {
    const job = jobs.get(answer.id);
    jobs.delete(answer.id);
    if (jobs.size === 0) {
      thread?.unref();
      clearTimeout(idleTimer);
      idleTimer = setTimeout(() => void endThread(), idleMs).unref();
    }
    if (answer.type === "drawn") job?.resolve(answer.png);
    else job?.reject(new Error(`A picture could not be drawn: ${answer.message}`));
  };

  const endThread = async (): Promise<void> => {
    clearTimeout(idleTimer);
    const ending = thread;
    thread = null;
    await ending?.terminate();
  };

  /** Drawings are taken in order, so that the first one is what the thread died over. */
  const carryOn = (): void => {
    const [first] = jobs.values();
    if (first === undefined) return;
    first.deaths += 1;
    if (first.deaths >= maxDeaths) {
      jobs.delete(first.order.id);
      first.reject(new Error("A picture could not be drawn: the thread ended twice over it."));
    }
    if (jobs.size === 0) return;
    thread = openThread();
    if (thread === null) drawRestHere();
    else for (const { order } of jobs.values()) thread.postMessage(order);
  };

  const drawRestHere = (): void => {
    for (const { order, resolve, reject } of jobs.values()) drawHere(order.task).then(resolve, reject);
    jobs.clear();
  };

  return {
    develop: (picture) => ask({ kind: "picture", picture }),
    preview: async (picture, share) => {
      if (jobs.size >= maxWaitingForPreview) return null;
      return ask({ kind: "preview", picture, share });
    },
    close: async () => {
      const left = [...jobs.values()];
      jobs.clear();
      for (const { reject } of left) reject(new Error("The darkroom was closed."));
      await endThread();
    },
  };
}
