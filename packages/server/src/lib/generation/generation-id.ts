/** Max time of a UUIDv7, which has six bytes for it. */
const maxTimeMs = 0xffff_ffff_ffff;
const pattern = /^gen_[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text has the form of a generation id. No fixed path segment, such as `active`, has it. */
export function isGenerationId(text: string): boolean {
  return pattern.test(text);
}

/** The creation time of a generation, in epoch milliseconds: the UUIDv7 in its id begins with it. */
export function createdAtOf(id: string): number {
  return Number.parseInt(id.slice("gen_".length).replace("-", "").slice(0, 12), 16);
}

/** A text above this id, and below each id that is above it: the exclusive bound of a search that includes it. */
export function boundAfter(id: string): string {
  return `${id}~`;
}

/** The lower bound of the ids of generations that were created at a time, in epoch milliseconds, or later. */
export function firstIdAt(milliseconds: number): string {
  const hex = Math.min(Math.max(Math.floor(milliseconds), 0), maxTimeMs)
    .toString(16)
    .padStart(12, "0");
  return `gen_${hex.slice(0, 8)}-${hex.slice(8)}`;
}
