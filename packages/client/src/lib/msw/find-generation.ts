import type { MockGeneration } from "./mock-generation.js";
import type { MockOwner } from "./mock-owner.js";
import { Refusal } from "./refusal.js";

/** @throws {Refusal} not_found: unknown, deleted, or another owner's. */
export function findGeneration(owner: MockOwner, id: string): MockGeneration {
  const generation = owner.get(id);
  if (generation === undefined) throw new Refusal("not_found");
  return generation;
}
