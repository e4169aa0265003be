import { zValidator } from "@hono/zod-validator";
import type { z } from "zod";
import { invalidInputs } from "../../service/errors/invalid-input.js";
import { toProblemIssues } from "../../service/errors/problem-issues.js";
import type { RouterEnv } from "./router-context.js";

/** Checks the query of a request, which is then `c.req.valid("query")`. */
export function validQuery<Schema extends z.ZodType>(schema: Schema) {
  return zValidator<Schema, "query", RouterEnv, string, typeof refuse>("query", schema, refuse);
}

/** Without it the validator answers by itself, and repeats what was sent. */
function refuse(
  result: { readonly success: true } | { readonly success: false; readonly error: Pick<z.core.$ZodError, "issues"> },
): void {
  if (!result.success) throw invalidInputs(toProblemIssues(result.error.issues));
}
