import type { Json, JsonObject } from "@safelight/client/contract";

/** Whether a JSON value is an object, and neither `null` nor an array. */
export function isJsonObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
