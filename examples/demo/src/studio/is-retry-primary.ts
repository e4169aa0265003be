import type { Generation } from "@safelight/client/contract";
import { promptOf } from "../models/generation-input.ts";

/**
 * Whether the Studio's one primary button is an action on the failed or canceled generation in the tray. Otherwise it is
 * the submit button of the form, also once the form has another prompt.
 *
 * @param draftPrompt the prompt in the form.
 */
export function isRetryPrimary(generation: Generation | null, draftPrompt: string): boolean {
  if (generation?.status !== "failed" && generation?.status !== "canceled") return false;
  const prompt = draftPrompt.trim();
  return prompt === "" || prompt === promptOf(generation);
}
