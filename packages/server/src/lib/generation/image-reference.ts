const pattern = /^inp_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Tells whether a value is a reference to an uploaded picture, `inp_` and a UUID. No other text has this form by chance. */
export function isImageReference(value: unknown): value is string {
  return typeof value === "string" && pattern.test(value);
}

/** All references in an input, wherever they are, each once. */
export function imageReferencesIn(value: unknown): readonly string[] {
  return [...imageReferencePathsIn(value).keys()];
}

/** The same, each with the keys that lead to where it is first. `value` is JSON: there are no circles in it. */
export function imageReferencePathsIn(value: unknown): ReadonlyMap<string, readonly (string | number)[]> {
  const found = new Map<string, readonly (string | number)[]>();
  const visit = (part: unknown, path: readonly (string | number)[]): void => {
    if (isImageReference(part)) {
      if (!found.has(part)) found.set(part, path);
    } else if (typeof part === "object" && part !== null) {
      for (const [key, member] of Object.entries(part))
        visit(member, [...path, Array.isArray(part) ? Number(key) : key]);
    }
  };
  visit(value, []);
  return found;
}
