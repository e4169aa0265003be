import type { Server } from "node:http";
import { isSystemError } from "./demo-secret.ts";
import { SettingsError } from "./environment.ts";

/**
 * Starts to accept connections. `port` 0 selects a free one; `host` `null` is all interfaces.
 *
 * @throws {SettingsError} when the port is in use.
 */
export function listen(
  server: Server,
  { port, host }: { readonly port: number; readonly host: string | null },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const isInUse = isSystemError(error, "EADDRINUSE");
      reject(isInUse ? new SettingsError(`Port ${port} is in use: set another one, such as PORT=${port + 1}`) : error);
    });
    server.listen({ port, ...(host !== null && { host }) }, resolve);
  });
}
