import type { ProviderErrorCode, ProviderFailure } from "../../generation/provider-failure.js";
import type { Provider, SubmitOutcome } from "../../ports/provider.js";

/** What an adapter said of one attempt. */
export interface SpokenAttempt {
  readonly generationId: string;
  readonly token: string;
  /** Of the test's clock, in epoch milliseconds. */
  readonly at: number;
  /** `null` while it is not known: the process may have died in the call. */
  outcome: SubmitOutcome["type"] | "thrown" | null;
  /** What it was refused for, or has failed for. */
  failure: ProviderErrorCode | null;
  /** Whether it says itself that it may be made again. */
  saysRetryable: boolean;
  /** A poll said that it has failed, or was canceled by the vendor. */
  hasFailed: boolean;
  /** A look-up proved that the vendor never had it. */
  isAbsent: boolean;
}

/** Notes what an adapter says, and changes nothing of it. */
export function noteWords(
  provider: Provider<unknown>,
  attempts: SpokenAttempt[],
  { now, runAs }: { readonly now: () => number; readonly runAs: <T>(token: string, work: () => T) => T },
): Provider<unknown> {
  const attemptOf = (token: string) => attempts.find((attempt) => attempt.token === token);
  const { poll, findByToken } = provider;
  return {
    ...provider,
    submit: async (request) => {
      const { generationId, token } = request;
      const said: SpokenAttempt = {
        generationId,
        token,
        at: now(),
        outcome: null,
        failure: null,
        saysRetryable: false,
        hasFailed: false,
        isAbsent: false,
      };
      attempts.push(said);
      try {
        const outcome = await runAs(token, () => provider.submit(request));
        said.outcome = outcome.type;
        if (outcome.type === "rejected") noteFailure(said, outcome.failure);
        if (outcome.type === "done") {
          const [first] = outcome.outputs;
          if (first !== undefined && "failure" in first) noteFailure(said, first.failure);
          said.hasFailed = outcome.outputs.every((output) => "failure" in output);
        }
        return outcome;
      } catch (error) {
        said.outcome = "thrown";
        throw error;
      }
    },
    ...(poll && {
      poll: async (operation, context) => {
        const status = await poll.call(provider, operation, context);
        const said = attemptOf(context.token);
        if (said !== undefined && status.type === "failed") {
          noteFailure(said, status.failure);
          said.hasFailed = true;
        }
        return status;
      },
    }),
    ...(findByToken && {
      findByToken: async (token, context) => {
        const found = await findByToken.call(provider, token, context);
        const said = attemptOf(token);
        if (said !== undefined && found.type === "absent") said.isAbsent = true;
        return found;
      },
    }),
  };
}

function noteFailure(said: SpokenAttempt, failure: ProviderFailure): void {
  said.failure = failure.code;
  said.saysRetryable = failure.retryable === true;
}
