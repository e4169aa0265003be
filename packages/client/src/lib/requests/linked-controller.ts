import { onAbort } from "./abort.js";

/** A controller that aborts with a signal, until the returned function is called. */
export function linkedController(signal: AbortSignal | undefined): readonly [AbortController, () => void] {
  const controller = new AbortController();
  return [controller, onAbort(signal, (reason) => controller.abort(reason))];
}
