import type { FailureCode, GenerationFailure } from "@safelight/client/contract";

const texts: Readonly<Record<FailureCode, string>> = {
  provider_failed: "The provider could not finish it.",
  provider_rejected_input: "The provider did not accept these settings.",
  content_rejected: "The safety filter refused it. Change the prompt.",
  provider_unavailable: "The provider is not available.",
  provider_misconfigured: "The provider is not set up on this server.",
  provider_rate_limited: "The provider is busy.",
  outcome_unknown: "The result was lost on the way.",
  expired: "It did not start in time.",
  deadline_exceeded: "It took too long.",
  output_unavailable: "The result could not be downloaded.",
  output_rejected: "The result was not a usable file.",
  ended_by_operator: "The operator ended it.",
  internal: "Something went wrong on the server.",
};

/** Describes a failure to the user. For the code of a newer server, returns the message of that server. */
export function failureText({ code, message }: GenerationFailure): string {
  return Object.hasOwn(texts, code) ? texts[code] : message;
}
