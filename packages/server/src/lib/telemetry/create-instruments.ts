import type { Meter } from "@opentelemetry/api";
import type { EndReport, LogReport, SubmitReport } from "../ports/telemetry.js";
import { endOfAttempt, endOfQueue, errorTypeOf } from "./attempt-outcome.js";
import { genAi, safelightAttributes, semconv } from "./attribute-names.js";

/** Bucket boundaries of durations, in seconds: from a fast model to a slow video. */
const seconds = { unit: "s", advice: { explicitBucketBoundaries: [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600] } };

/** The instruments that count what Safelight reports. */
export interface Instruments {
  recordSubmit(report: SubmitReport): void;
  recordEnd(report: EndReport): void;
  recordLog(report: LogReport): void;
}

/** Creates the counters and histograms. Attributes have low cardinality: never an id, an owner or free text. */
export function createInstruments(meter: Meter): Instruments {
  const submissions = meter.createCounter("safelight.submissions", {
    unit: "{request}",
    description: "Submits and retries by outcome: accepted, replayed, or the problem code of the refusal.",
  });
  const generations = meter.createCounter("safelight.generations", {
    unit: "{generation}",
    description: "Generations that ended.",
  });
  const credits = meter.createCounter("safelight.credits", {
    unit: "{credit}",
    description: "Credits of generations that ended, by kind: captured or refunded.",
  });
  const costs = meter.createCounter("safelight.vendor.cost", {
    description: "Charges that providers reported, in the unit of the attribute.",
  });
  const logs = meter.createCounter("safelight.log.events", { unit: "{line}", description: "Log lines by event." });
  const total = meter.createHistogram("safelight.generation.duration", {
    ...seconds,
    description: "Time from submit to end.",
  });
  const queued = meter.createHistogram("safelight.queue.duration", {
    ...seconds,
    description: "Time from submit to the first attempt.",
  });
  const attempted = meter.createHistogram("safelight.attempt.duration", {
    ...seconds,
    description: "Time of one attempt at a provider.",
  });
  const inference = meter.createHistogram(genAi.durationMetric, {
    ...seconds,
    description: "As safelight.attempt.duration, by the conventions for generative AI.",
  });

  const recordAttempts = (report: EndReport): void => {
    const { attempts, generation } = report;
    for (const attempt of attempts) {
      const elapsed = (endOfAttempt(attempt, report) - attempt.startedAt) / 1_000;
      const errorType = errorTypeOf(attempt);
      const error = errorType === null ? {} : { [semconv.errorType]: errorType };
      attempted.record(elapsed, {
        [safelightAttributes.provider]: attempt.providerId,
        [safelightAttributes.attemptState]: attempt.state,
        ...error,
      });
      inference.record(elapsed, {
        [genAi.operationName]: genAi.operation,
        [genAi.providerName]: attempt.providerId,
        [genAi.requestModel]: generation.model,
        ...error,
      });
    }
  };

  return {
    recordSubmit: ({ outcome }) => submissions.add(1, { [safelightAttributes.outcome]: outcome }),
    recordLog: ({ event, level }) =>
      logs.add(1, { [safelightAttributes.logEvent]: event, [safelightAttributes.logLevel]: level }),
    recordEnd: (report) => {
      const { generation } = report;
      const { createdAt, failureCode, refundedCredits, state } = generation;
      const model = { [safelightAttributes.model]: generation.model };
      const status = { ...model, [safelightAttributes.status]: state };
      generations.add(1, { ...status, ...(failureCode !== null && { [semconv.errorType]: failureCode }) });
      credits.add(generation.credits - refundedCredits, { ...model, [safelightAttributes.creditsKind]: "captured" });
      credits.add(refundedCredits, { ...model, [safelightAttributes.creditsKind]: "refunded" });
      for (const { amount, providerId, unit } of report.costs) {
        costs.add(amount, { [safelightAttributes.provider]: providerId, [safelightAttributes.costUnit]: unit });
      }
      total.record(Math.max((generation.finishedAt ?? createdAt) - createdAt, 0) / 1_000, status);
      queued.record((endOfQueue(report) - createdAt) / 1_000, model);
      recordAttempts(report);
    },
  };
}
