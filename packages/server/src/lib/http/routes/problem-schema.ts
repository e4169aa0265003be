import { type Problem, type ProblemCode, problems } from "@safelight/client/contract";
import { z } from "zod";
import { registerSchema } from "./named-schemas.js";
import { count } from "./scalar-schemas.js";

/** The keys of a constant table. */
function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): [Key, ...Key[]] {
  // `Object.keys` loses the type of the keys. The tables are constants with at least one row and no other keys.
  return Object.keys(table) as [Key, ...Key[]];
}

/** Those with a status. The client itself creates the others, such as `network`. */
const serverCodes = keysOf(problems).filter((code) => problems[code].status !== null);

export const problem = registerSchema(
  "Problem",
  z.object({
    type: z.string(),
    title: z.string(),
    status: count,
    code: z.enum<ProblemCode[]>(serverCodes),
    detail: z.string(),
    retryable: z.boolean(),
    requestId: z.string(),
    issues: z
      .array(z.object({ message: z.string(), path: z.array(z.union([z.string(), z.number()])) }))
      .exactOptional(),
    required: count.exactOptional(),
    available: count.exactOptional(),
    activeIds: z.array(z.string()).exactOptional(),
    credits: count.exactOptional(),
  }) satisfies z.ZodType<Problem>,
);
