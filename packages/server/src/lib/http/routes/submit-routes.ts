import { quoteBody, quoteResponse } from "./quote-schemas.js";
import { retryBody, submitBody, submitManyBody } from "./request-schemas.js";
import { submitManyResponse, submitResponse } from "./response-schemas.js";

const submitProblems = [
  "insufficient_credits",
  "forbidden",
  "invalid_input",
  "unknown_model",
  "content_blocked",
  "idempotency_mismatch",
  "rate_limited",
  "refund_budget_spent",
  "too_many_active",
] as const;

const submitResponses = {
  202: { text: "Accepted and debited. `Location` is its path; poll after `Retry-After`.", schema: submitResponse },
  200: { text: "The key was used before: the current generation. `Idempotent-Replayed`.", schema: submitResponse },
} as const;

/** Routes that submit a generation, and the quote of a submit. */
export const submitRoutes = {
  submit: {
    method: "POST",
    path: "/",
    summary: "Submit a generation",
    access: "owner",
    body: submitBody,
    headers: ["Idempotency-Key", "Safelight-Owner-Tag"],
    responses: submitResponses,
    problems: [...submitProblems, "price_changed", "not_found"],
  },
  submitMany: {
    method: "POST",
    path: "/many",
    summary: "Submit several generations of one model, all or none",
    access: "owner",
    body: submitManyBody,
    headers: ["Idempotency-Key", "Safelight-Owner-Tag"],
    responses: {
      202: { text: "All accepted and debited. `Location` is the list of the group.", schema: submitManyResponse },
      200: {
        text: "The key was used before: the current generations. `Idempotent-Replayed`.",
        schema: submitManyResponse,
      },
    },
    problems: [...submitProblems, "price_changed", "not_found"],
  },
  retry: {
    method: "POST",
    path: "/:id/retry",
    summary: "Submit a new generation from an old input",
    access: "owner",
    body: retryBody,
    headers: ["Idempotency-Key", "Safelight-Owner-Tag"],
    responses: submitResponses,
    problems: [...submitProblems, "not_found"],
  },
  quote: {
    method: "POST",
    path: "/quote",
    summary: "Read the price of a submit, the balance and the state of the limits. Charges and writes nothing",
    access: "owner",
    body: quoteBody,
    responses: { 200: { text: "The quote. The price is not reserved: see `expectedCredits`.", schema: quoteResponse } },
    problems: ["invalid_input", "unknown_model"],
  },
} as const;
