import type { MediaKind } from "@safelight/client/contract";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { withSetupCode } from "../ports/setup-error.js";

/** JavaScript hosts may pass any kind: its outputs would be paid for and then rejected. */
export function assertKind(kind: MediaKind): MediaKind {
  if (kind === "image" || kind === "video" || kind === "audio") return kind;
  throw withSetupCode("option_invalid", new RangeError(`kind must be "image", "video" or "audio", not "${kind}"`));
}

/** JavaScript hosts may omit the schema: no input would be validated. */
export function assertSchema<Schema extends StandardSchemaV1>(schema: Schema): Schema {
  if (typeof schema?.["~standard"]?.validate === "function") return schema;
  throw withSetupCode(
    "option_missing",
    new TypeError("defineModel needs input: a Standard Schema, such as z.object({ prompt: z.string() }) of zod 4."),
  );
}

export function assertCredits(credits: number): number {
  if (Number.isSafeInteger(credits) && credits >= 0) return credits;
  throw withSetupCode("option_invalid", new RangeError(`credits must be a safe integer ≥ 0, not ${credits}`));
}

/** More than any model returns; keeps shares of a price exact in 64-bit integers. */
const maxOutputs = 1_000;

export function assertOutputs(outputs: number): number {
  if (Number.isSafeInteger(outputs) && outputs >= 1 && outputs <= maxOutputs) return outputs;
  throw withSetupCode(
    "option_invalid",
    new RangeError(`outputs must be an integer from 1 to ${maxOutputs}, not ${outputs}`),
  );
}

export function assertPriority(priority: number): number {
  if (Number.isInteger(priority) && priority >= 0 && priority <= 9) return priority;
  throw withSetupCode("option_invalid", new RangeError(`priority must be an integer from 0 to 9, not ${priority}`));
}
