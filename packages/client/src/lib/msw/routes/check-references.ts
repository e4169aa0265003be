import { invalidInputs } from "../request/refusal.js";
import type { MockOwner } from "../state/mock-owner.js";

type Path = readonly (string | number)[];

const pattern = /^inp_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Checks that the uploads of an input exist and belong to the owner.
 *
 * @throws {Refusal} invalid_input, with the path of each missing upload.
 */
export function checkReferences(owner: MockOwner, input: unknown): void {
  const missing = new Map<string, Path>();
  const visit = (part: unknown, path: Path): void => {
    if (typeof part === "string" && pattern.test(part)) {
      if (!owner.inputs.has(part) && !missing.has(part)) missing.set(part, path);
    } else if (typeof part === "object" && part !== null) {
      for (const [key, member] of Object.entries(part))
        visit(member, [...path, Array.isArray(part) ? Number(key) : key]);
    }
  };
  visit(input, []);
  const message = "This upload does not exist, or has expired: upload it again.";
  if (missing.size > 0) throw invalidInputs([...missing.values()].map((path) => ({ message, path })));
}
