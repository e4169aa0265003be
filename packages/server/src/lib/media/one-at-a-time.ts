/** Does a piece of work when no other is being done. */
export type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * Makes a queue with one turn: work that takes the memory of the process is not done twice at once. What hangs keeps its turn
 * until it ends, and nobody waits behind it for long.
 *
 * @param limitMs how long one may take before others are turned away at once, and how long anybody waits for a turn.
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
