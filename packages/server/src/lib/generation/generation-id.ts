const pattern = /^gen_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text has the form of a generation id. No fixed path segment, such as `active`, has it. */
export function isGenerationId(text: string): boolean {
  return pattern.test(text);
}
