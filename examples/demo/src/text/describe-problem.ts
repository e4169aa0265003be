import { SafelightError } from "@safelight/client";

/** Describes a failed request: the problem and the next action. */
export function describeProblem(error: unknown): string {
  if (!SafelightError.isInstance(error)) return "Something went wrong. Try again.";
  switch (error.code) {
    case "network":
    case "timeout":
      return "The server cannot be reached. Try again in a moment.";
    case "unauthenticated":
      return "You are signed out. Reload the page to sign in again.";
    case "insufficient_credits":
      return describeShortage(
        error.required === null || error.available === null ? null : error.required - error.available,
      );
    case "rate_limited":
      return `Too many requests. Wait ${waitOf(error)} and try again.`;
    case "too_many_active":
      return "Too many pictures are in progress. Wait for one to finish, or cancel one.";
    case "price_changed":
      return "The price has changed. Check it, then try again.";
    case "invalid_input":
      return error.issues[0]?.message ?? "These settings are not valid.";
    case "unavailable":
    case "schema_too_new":
      return "The server cannot answer right now. Try again in a moment.";
    default:
      return error.message;
  }
}

/**
 * Describes a failed submit.
 *
 * @param isConnected whether the server is reachable now. The text then states that the connection broke.
 */
export function describeSubmitProblem(error: SafelightError, isConnected: boolean): string {
  if (error.code !== "network" && error.code !== "timeout") return describeProblem(error);
  const problem = isConnected ? "The connection broke. Send it again." : describeProblem(error);
  return `${problem} If it did arrive, you are not charged twice.`;
}

/** Describes a failed upload of an input image, or of a clip. */
export function describeUploadProblem(error: unknown, isClip: boolean): string {
  if (!SafelightError.isInstance(error)) return describeProblem(error);
  switch (error.code) {
    case "payload_too_large":
      return isClip
        ? "That clip is too large. Choose one of at most 50 MB."
        : "That picture is too large. Choose one of at most 25 MB.";
    case "unsupported_media_type":
      return isClip
        ? "That is no clip to begin from. Choose an MP4, WebM, MP3 or WAV."
        : "That is no picture to begin from. Choose a PNG, JPEG or WebP.";
    case "invalid_input":
      return isClip
        ? "That clip is too long, or damaged. Choose another one."
        : "That picture has too many pixels. Choose a smaller one.";
    default:
      return describeProblem(error);
  }
}

/** Describes insufficient credits; `null`: the missing amount is unknown. */
export function describeShortage(missingCredits: number | null): string {
  if (missingCredits === null) return "You do not have enough credits for this.";
  return `Not enough credits: ${missingCredits.toLocaleString("en")} more needed.`;
}

function waitOf({ retryAfterMs }: SafelightError): string {
  const seconds = Math.max(1, Math.ceil((retryAfterMs ?? 5_000) / 1000));
  return seconds === 1 ? "a second" : `${seconds} seconds`;
}
