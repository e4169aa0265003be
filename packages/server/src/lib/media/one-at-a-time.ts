/** Runs a task when no other task is running. */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * Creates a queue with a concurrency of one, for tasks that need much memory. A task that hangs keeps the queue until
 * it ends; other tasks are then rejected.
 *
 * @param limitMs how long a task may run before new tasks are rejected at once, and how long a task waits for its turn.
 */
export function oneAtATime(limitMs: number): InTurn {
  let last: Promise<void> = Promise.resolve();
  let isOverdue = false;

  return async (work) => {
    if (isOverdue) throw new Error("The picture before takes too long.");
    const before = last;
    let giveTurn: () => void = () => undefined;
    last = new Promise((resolve) => {
      giveTurn = resolve;
    });
    if (!(await isOverWithin(before, limitMs))) {
      void before.then(giveTurn);
      throw new Error("The pictures before take too long.");
    }
    const timer = setTimeout(() => {
      isOverdue = true;
    }, limitMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      isOverdue = false;
      giveTurn();
    }
  };
}

function isOverWithin(before: Promise<void>, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), limitMs);
    void before.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
