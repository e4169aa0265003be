import type { ProviderErrorCode, ProviderFailure } from "../../src/lib/generation/provider-failure.js";
import type { Provider, SubmitOutcome } from "../../src/lib/ports/provider.js";

/** Recorded results of one attempt. */
export interface AttemptRecord {
  readonly generationId: string;
  readonly token: string;
  /** Time on the test's clock, in epoch milliseconds. */
  readonly at: number;
  /** `null` while unknown: the process may have died in the call. */
  outcome: SubmitOutcome["type"] | "thrown" | null;
  /** Code of its rejection or failure. */
  failure: ProviderErrorCode | null;
  /** Whether the adapter marked the failure as retryable. */
  isRetryable: boolean;
  /** Delay that the vendor asked for, in milliseconds; 0 for none. */
  retryAfterMs: number;
  /** Whether a poll reported a failure. */
  hasFailed: boolean;
  /** Whether a lookup proved that the vendor never received the request. */
  isAbsent: boolean;
}

/** Records the results of a provider without changing them. */
export function recordAttempts(
  provider: Provider<unknown>,
  attempts: AttemptRecord[],
  { now, runAs }: { readonly now: () => number; readonly runAs: <T>(token: string, work: () => T) => T },
): Provider<unknown> {
  const attemptOf = (token: string) => attempts.find((attempt) => attempt.token === token);
  const { poll, findByToken } = provider;
  return {
    ...provider,
    submit: async (request) => {
      const { generationId, token } = request;
      const record: AttemptRecord = {
        generationId,
        token,
        at: now(),
        outcome: null,
        failure: null,
        isRetryable: false,
        retryAfterMs: 0,
        hasFailed: false,
        isAbsent: false,
      };
      attempts.push(record);
      try {
        const outcome = await runAs(token, () => provider.submit(request));
        record.outcome = outcome.type;
        if (outcome.type === "rejected") recordFailure(record, outcome.failure);
        if (outcome.type === "done") {
          const [first] = outcome.outputs;
          if (first !== undefined && "failure" in first) recordFailure(record, first.failure);
          record.hasFailed = outcome.outputs.every((output) => "failure" in output);
        }
        return outcome;
      } catch (error) {
        record.outcome = "thrown";
        throw error;
      }
    },
    ...(poll && {
      poll: async (operation, context) => {
        const status = await poll.call(provider, operation, context);
        const record = attemptOf(context.token);
        if (record !== undefined && status.type === "failed") {
          recordFailure(record, status.failure);
          record.hasFailed = true;
        }
        return status;
      },
    }),
    ...(findByToken && {
      findByToken: async (token, context) => {
        const found = await findByToken.call(provider, token, context);
        const record = attemptOf(token);
        if (record !== undefined && found.type === "absent") record.isAbsent = true;
        return found;
      },
    }),
  };
}

function recordFailure(record: AttemptRecord, failure: ProviderFailure): void {
  record.failure = failure.code;
  record.isRetryable = failure.retryable === true;
  record.retryAfterMs = failure.retryAfterMs ?? 0;
}
