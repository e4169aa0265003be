import { SafelightError } from "@safelight/client";
import { creditsText } from "./credits-text";

/** Describes a failed request to the user: the problem, and the next step. Branches on codes, never on message texts. */
export function problemText(error: unknown): string {
  if (!SafelightError.isInstance(error)) return "Something went wrong. Try again.";
  switch (error.code) {
    case "network":
    case "timeout":
      return "The server cannot be reached. Try again: you are not charged twice.";
    case "unauthenticated":
    case "forbidden":
      return "You are signed out. Sign in again.";
    case "insufficient_credits":
      return error.required === null || error.available === null
        ? "You do not have enough credits."
        : shortageText(error.required, error.available);
    case "rate_limited":
      return `Too many requests. Wait ${waitText(error.retryAfterMs)} and try again.`;
    case "too_many_active":
      return "Too many generations are in progress. Wait for one to finish, or cancel one.";
    case "refund_budget_spent":
      return "You canceled many generations. Wait a while and try again.";
    case "price_changed":
      return error.credits === null
        ? "The price has changed. Check it and try again."
        : `The price is now ${creditsText(error.credits)}. Check it and try again.`;
    case "content_blocked":
      return "This prompt is not allowed. Change it and try again.";
    case "invalid_input":
      return error.issues[0]?.message ?? "These settings are not valid.";
    case "unknown_model":
      return "This model is not available any more. Choose another one.";
    case "unavailable":
    case "schema_too_new":
      return "The server is busy. Try again in a moment.";
    default:
      return "Something went wrong. Try again.";
  }
}

/** Text for a submit whose price is above the balance. Both are in credits. */
export function shortageText(required: number, available: number): string {
  return `This costs ${creditsText(required)}, and you have ${available.toLocaleString("en")}.`;
}

function waitText(retryAfterMs: number | null): string {
  const seconds = Math.max(1, Math.ceil((retryAfterMs ?? 5_000) / 1_000));
  return seconds === 1 ? "a second" : `${seconds} seconds`;
}
