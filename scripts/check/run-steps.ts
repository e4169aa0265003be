/** The part of a step that the scheduler needs. */
export interface OrderedStep {
  readonly name: string;
  /** Names of earlier steps of the list that must have passed before it starts. */
  readonly after?: readonly string[];
}

/** How steps run. */
export interface RunStepsOptions<Step> {
  /** How many run at once. */
  readonly slots: number;
  /** Runs one step. Resolves with whether it passed. */
  readonly run: (step: Step) => Promise<boolean>;
}

/**
 * Runs steps concurrently: whenever a slot is free, the first step of the list whose earlier steps have passed. After a
 * failure no further step starts, and the running ones finish.
 *
 * @returns the steps that were not run.
 * @throws {Error} when a step names one that is not before it in the list.
 */
export async function runSteps<Step extends OrderedStep>(
  steps: readonly Step[],
  { slots, run }: RunStepsOptions<Step>,
): Promise<readonly Step[]> {
  assertOrdered(steps);
  const waiting = [...steps];
  const passed = new Set<string>();
  const running = new Set<Promise<void>>();
  let isFailed = false;

  const start = (step: Step): void => {
    const ended = run(step).then((isPassed) => {
      running.delete(ended);
      if (isPassed) passed.add(step.name);
      else isFailed = true;
    });
    running.add(ended);
  };

  for (;;) {
    const next = waiting.findIndex(({ after = [] }) => after.every((name) => passed.has(name)));
    if (!isFailed && next >= 0 && running.size < slots) waiting.splice(next, 1).forEach(start);
    else if (running.size > 0) await Promise.race(running);
    else return waiting;
  }
}

function assertOrdered(steps: readonly OrderedStep[]): void {
  const names = new Set<string>();
  for (const { name, after = [] } of steps) {
    const unknown = after.filter((earlier) => !names.has(earlier));
    if (unknown.length > 0)
      throw new Error(`Step "${name}" is after "${unknown.join('", "')}": list that one before it.`);
    names.add(name);
  }
}
