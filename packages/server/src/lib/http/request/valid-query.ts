import { zValidator } from "@hono/zod-validator";
import type { z } from "zod";
import { invalidInputs } from "../../service/errors/invalid-input.js";
import { toProblemIssues } from "../../service/errors/problem-issues.js";
import type { RouterEnv } from "./router-context.js";

/** Validates the query of a request, which is then `c.req.valid("query")`. */
export function validQuery<Schema extends z.ZodType>(schema: Schema) {
  return zValidator<Schema, "query", RouterEnv, string, typeof refuse>("query", schema, refuse);
}

/** Replaces the validator's own response, which repeats the query. */
function refuse(
  result: { readonly success: true } | { readonly success: false; readonly error: Pick<z.core.$ZodError, "issues"> },
): void {
  if (!result.success) throw invalidInputs(toProblemIssues(result.error.issues));
}
