/** The number of the question that nobody asks: whether the script is ready. */
export const readiness = 0;

/** What a script is asked. */
export interface Asked {
  readonly id: number;
  readonly question: string;
  readonly argument: unknown;
}

/** What a script says. */
export type Told =
  | { readonly type: "answer"; readonly id: number; readonly value: unknown }
  | { readonly type: "failure"; readonly id: number; readonly reason: string };

/** The answer to each question that a script is asked. */
// biome-ignore lint/suspicious/noExplicitAny: each answers to an argument of its own.
export type Answers = Readonly<Record<string, (argument: any) => unknown>>;

/** Answers the process that has started this one, until that has ended. Call it once, when all is ready. */
export function answering(answers: Answers): void {
  process.on("message", async (message) => {
    // Only `startChild` talks here.
    const { argument, id, question } = message as Asked;
    try {
      const answer = answers[question];
      if (answer === undefined) throw new Error(`Nobody answers to ${question}.`);
      tell({ type: "answer", id, value: await answer(argument) });
    } catch (error) {
      tell({ type: "failure", id, reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.on("disconnect", () => process.exit());
  tell({ type: "answer", id: readiness, value: null });
}

function tell(told: Told): void {
  process.send?.(told);
}
