import { withSetupCode } from "../../ports/setup-error.js";
/**
 * Checks the first argument of an adapter, which callers without types may leave out.
 *
 * @param call the adapter with an example, as the message shows it: `fal("fal-ai/flux/dev")`.
 * @throws {TypeError} for a missing or empty name.
 */
export function checkModelName(model: string, call: string): void {
  if (typeof model === "string" && model.trim() !== "") return;
  throw withSetupCode(
    "option_invalid",
    new TypeError(`The first argument must name a model of the vendor, such as ${call}.`),
  );
}
