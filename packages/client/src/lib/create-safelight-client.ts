import type { ClientOptions } from "./call-options.js";
import type { SafelightClient } from "./client.js";
import type { SafelightApp } from "./contract/app.js";
import { createClient } from "./create-client.js";
import { createEnvironment } from "./environment.js";

/**
 * Creates the typed client of one server. `App` is `typeof safelight` of the server, imported as a type only.
 *
 * @example
 * ```ts
 * import { createSafelightClient } from "@safelight/client";
 * import type { App } from "./safelight";
 *
 * const client = createSafelightClient<App>();
 * const { generation } = await client.submit("flux", { prompt: "a lighthouse at dusk" });
 * const finished = await client.wait(generation.id);
 * if (finished.status === "completed") console.log(finished.outputs[0].url);
 * ```
 */
export function createSafelightClient<App extends SafelightApp = never>(
  options: ClientOptions = {},
): SafelightClient<App> {
  // The contract guarantees that responses match the types of the server.
  return createClient(options, createEnvironment()) as SafelightClient<App>;
}
