import { ServiceError } from "./service-error.js";

/** One error for unknown, deleted and another owner's rows, so that it does not reveal which. */
export function notFound(): ServiceError {
  return new ServiceError("not_found", "Not found, or owned by another owner.");
}
