const pattern = /^inp_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** One position in an input that refers to an uploaded file. */
export interface UploadMention {
  readonly reference: string;
  /** The keys that lead to it. */
  readonly path: readonly (string | number)[];
}

/** Whether a value has the form of a reference to an uploaded file: `inp_` and a UUID. No other text has it by chance. */
export function isUploadReference(value: unknown): value is string {
  return typeof value === "string" && pattern.test(value);
}

/** All references in an input, at any depth, each once. */
export function uploadReferencesIn(value: unknown): readonly string[] {
  return [...uploadReferencePathsIn(value).keys()];
}

/** All references in an input, each with the keys of its first position. `value` is JSON, so it has no cycles. */
export function uploadReferencePathsIn(value: unknown): ReadonlyMap<string, readonly (string | number)[]> {
  const found = new Map<string, readonly (string | number)[]>();
  for (const { path, reference } of uploadMentionsIn(value)) if (!found.has(reference)) found.set(reference, path);
  return found;
}

/** Every position in an input that refers to an uploaded file. `value` is JSON, so it has no cycles. */
export function uploadMentionsIn(value: unknown): readonly UploadMention[] {
  const found: UploadMention[] = [];
  const visit = (part: unknown, path: UploadMention["path"]): void => {
    if (isUploadReference(part)) found.push({ reference: part, path });
    else if (typeof part === "object" && part !== null)
      for (const [key, member] of Object.entries(part))
        visit(member, [...path, Array.isArray(part) ? Number(key) : key]);
  };
  visit(value, []);
  return found;
}
