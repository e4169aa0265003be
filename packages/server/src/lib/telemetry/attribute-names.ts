/** Names of Safelight's own attributes: stable, and the labels of its metrics. */
export const safelightAttributes = {
  generationId: "safelight.generation.id",
  retryOf: "safelight.retry_of",
  model: "safelight.model",
  status: "safelight.status",
  state: "safelight.state",
  requestedOutputs: "safelight.outputs.requested",
  storedOutputs: "safelight.outputs.stored",
  debitedCredits: "safelight.credits.debited",
  refundedCredits: "safelight.credits.refunded",
  creditsKind: "safelight.credits.kind",
  attempts: "safelight.attempts",
  attemptNumber: "safelight.attempt.number",
  attemptState: "safelight.attempt.state",
  ownerTag: "safelight.owner.tag",
  provider: "safelight.provider",
  costAmount: "safelight.cost.amount",
  costUnit: "safelight.cost.unit",
  outcome: "safelight.outcome",
  logEvent: "safelight.event",
  logLevel: "safelight.level",
} as const;

/** Names of OpenTelemetry's general semantic conventions. */
export const semconv = { errorType: "error.type", userId: "user.id" } as const;

/**
 * Names of OpenTelemetry's conventions for generative AI. They are in development and may be renamed: no other file
 * contains one.
 */
export const genAi = {
  operationName: "gen_ai.operation.name",
  outputType: "gen_ai.output.type",
  providerName: "gen_ai.provider.name",
  requestModel: "gen_ai.request.model",
  choiceCount: "gen_ai.request.choice.count",
  inputMessages: "gen_ai.input.messages",
  durationMetric: "gen_ai.client.operation.duration",
  /** The value of `operationName`: the conventions have no operation for images. */
  operation: "generate_content",
} as const;

/** The gauges of the queue: stable names. Prometheus drops a unit in braces from the name. */
export const queueMetrics = {
  active: {
    name: "safelight.active",
    unit: "{generation}",
    description: "Generations that have not ended, by state.",
  },
  oldestDue: {
    name: "safelight.oldest_due",
    unit: "s",
    description: "How long the longest due generation has waited for a worker.",
  },
  outbox: {
    name: "safelight.outbox.depth",
    unit: "{item}",
    description: "Announcements, deletions and cancels that are not confirmed yet.",
  },
} as const;
