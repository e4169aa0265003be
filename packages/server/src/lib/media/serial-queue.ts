/** Runs a task when no other task is running. */
export type SerialQueue = <Result>(task: () => Promise<Result>) => Promise<Result>;

/**
 * Creates a queue with a concurrency of one, for tasks that need much memory. A task that hangs keeps the queue until
 * it ends; other tasks are then rejected.
 *
 * @param limitMs how long a task may run before new tasks are rejected at once, and how long a task waits for its turn.
 */
export function createSerialQueue(limitMs: number): SerialQueue {
  let last: Promise<void> = Promise.resolve();
  let isOverdue = false;

  return async (task) => {
    if (isOverdue) throw new Error("Image queue is blocked: the current image takes too long.");
    const previous = last;
    let release: () => void = () => undefined;
    last = new Promise((resolve) => {
      release = resolve;
    });
    if (!(await endsWithin(previous, limitMs))) {
      void previous.then(release);
      throw new Error("Image queue timed out.");
    }
    const timer = setTimeout(() => {
      isOverdue = true;
    }, limitMs);
    try {
      return await task();
    } finally {
      clearTimeout(timer);
      isOverdue = false;
      release();
    }
  };
}

function endsWithin(previous: Promise<void>, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), limitMs);
    void previous.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
