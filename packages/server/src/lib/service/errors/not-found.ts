import { ServiceError } from "./service-error.js";

/** One refusal for what is unknown, deleted or another owner's: nobody learns which. */
export function notFound(): ServiceError {
  return new ServiceError("not_found", "It does not exist, or it is not yours.");
}
