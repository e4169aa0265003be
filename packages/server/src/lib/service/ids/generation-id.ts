const pattern = /^gen_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Tells whether a text has the form of a generation's id, so that no word of a path can be one. */
export function isGenerationId(text: string): boolean {
  return pattern.test(text);
}
