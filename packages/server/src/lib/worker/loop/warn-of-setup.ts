import type { WorkerContext } from "../context/worker-context.js";

/** Logs each setting that a provider lacks, once. Without it, the first generation would be the first to report it. */
export function warnOfSetup({ logger, models }: Pick<WorkerContext, "logger" | "models">): void {
  const offered = Object.values(models).filter(({ retired }) => !retired);
  const problems = offered.flatMap(({ providers }) => providers.map((provider) => provider.setupProblem?.() ?? null));
  for (const reason of new Set(problems)) {
    if (reason !== null)
      logger.warn("A provider is not set up: its generations will fail.", { event: "provider.not_set_up", reason });
  }
}
