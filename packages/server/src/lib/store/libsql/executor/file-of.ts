import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { withSetupCode } from "../../../ports/setup-error.js";

/**
 * Returns the absolute path of a `file:` URL.
 *
 * @throws {TypeError} if the URL does not name a file.
 */
export function fileOf(url: string): string {
  // Check before the scheme: `:memory:` would have an empty one.
  if (url.startsWith(":memory:")) throw inMemory();
  if (!url.startsWith("file:")) {
    const [scheme = "", ...rest] = url.split(":");
    // Name only the scheme: the URL of a server may contain its token.
    const advice = rest.length === 0 ? `"file:${url}"?` : `for ${scheme}: use @safelight/server/libsql-client.`;
    throw withSetupCode("database_url_invalid", new TypeError(`libsqlStore needs a file: URL: ${advice}`));
  }
  const path = url.startsWith("file://") ? fileURLToPath(url) : url.slice("file:".length);
  if (path === "" || path.startsWith(":memory:") || path.includes("?")) throw inMemory();
  return resolve(path);
}

function inMemory(): TypeError {
  return withSetupCode(
    "database_url_invalid",
    new TypeError(
      'libsqlStore needs the path of a file, such as "file:safelight.db": an in-memory database would lose paid generations.',
    ),
  );
}
