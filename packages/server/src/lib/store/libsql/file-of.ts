import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The absolute path that a `file:` URL names.
 *
 * @throws {TypeError} when it names no file.
 */
export function fileOf(url: string): string {
  if (!url.startsWith("file:")) {
    const [scheme = "", ...rest] = url.split(":");
    // A URL of a server may hold its token: nothing but its scheme is told.
    const advice = rest.length === 0 ? `"file:${url}"?` : `for ${scheme}: use @safelight/server/libsql-client.`;
    throw new TypeError(`libsqlStore needs a file: URL: ${advice}`);
  }
  const path = url.startsWith("file://") ? fileURLToPath(url) : url.slice("file:".length);
  if (path === "" || path.startsWith(":memory:") || path.includes("?")) {
    throw new TypeError("libsqlStore needs the path of a file: an in-memory database would lose what was paid for.");
  }
  return resolve(path);
}
