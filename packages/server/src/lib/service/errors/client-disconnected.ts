import { ServiceError } from "./service-error.js";

const retryAfterMs = 5_000;

/** The error of a submit whose client no longer waits. Only a proxy between them may still see it. */
export function clientDisconnected(): ServiceError {
  return new ServiceError("unavailable", "The client disconnected: send the same request again.", { retryAfterMs });
}
