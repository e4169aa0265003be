import type { Generation } from "@safelight/client/contract";

const maxAltLength = 120;

/** The prompt of a generation; the name of its model if its input has no prompt. */
export function promptOf({ input, model }: Generation): string {
  const { prompt }: { readonly prompt?: unknown } = Object(input);
  return typeof prompt === "string" && prompt.trim() !== "" ? prompt.trim() : model;
}

/** The alternative text of an output: the prompt, cut at a space after at most 120 characters. */
export function altOf(generation: Generation): string {
  const prompt = promptOf(generation).replaceAll(/\s+/g, " ");
  if (prompt.length <= maxAltLength) return prompt;
  return `${prompt.slice(0, maxAltLength).replace(/\s+\S*$/, "")}…`;
}
