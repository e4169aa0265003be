import type { Environment } from "../environment.js";
import { firstOf } from "../requests/first-of.js";
import { linkedController } from "../requests/linked-controller.js";
import { SafelightError } from "../requests/safelight-error.js";

/**
 * Runs a request that the server holds, under its own signal. The signal aborts with the caller's, when the device goes
 * offline, which the request would not notice, and when the page is hidden, because all pages of a browser share six
 * connections per server.
 */
export function whileOpen<Result>(
  { environment, signal }: { readonly environment: Environment; readonly signal: AbortSignal },
  work: (own: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const [controller, unlink] = linkedController(signal);
  // A device may report offline although requests pass.
  const wasOpen = environment.isOpen();
  const checkPage = () => {
    if (wasOpen && !environment.isOpen()) controller.abort(new SafelightError("network", "Closed"));
  };
  return firstOf((resolve, reject) => {
    work(controller.signal).then(resolve, reject);
    return [unlink, environment.onChange(checkPage)];
  });
}
