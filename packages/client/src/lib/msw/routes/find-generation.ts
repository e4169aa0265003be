import { Refusal } from "../request/refusal.js";
import type { MockGeneration } from "../state/mock-generation.js";
import type { MockOwner } from "../state/mock-owner.js";

/** @throws {Refusal} not_found if the id is unknown, deleted or of another owner. */
export function findGeneration(owner: MockOwner, id: string): MockGeneration {
  const generation = owner.get(id);
  if (generation === undefined) throw new Refusal("not_found");
  return generation;
}
