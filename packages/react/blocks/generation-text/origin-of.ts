import type { Output } from "@safelight/client/contract";

/** The label that marks an output as generated: "AI-generated", unless an algorithm without training made it. */
export function originOf({ provenance }: Output): string {
  return provenance?.digitalSourceType === "algorithmicMedia" ? "Generated" : "AI-generated";
}
