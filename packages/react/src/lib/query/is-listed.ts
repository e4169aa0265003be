import type { Generation } from "@safelight/client/contract";
import type { HistoryFilter } from "./safelight-keys.js";

const fields = ["status", "model", "scope", "groupId"] as const;

/** Whether a generation passes a filter. An omitted field matches every generation. */
export function isListed(generation: Generation, filter: HistoryFilter): boolean {
  return fields.every((field) => (filter[field] ?? generation[field]) === generation[field]);
}
