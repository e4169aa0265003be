import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Strings of libraries for servers that survive minification: one of them is enough to detect a library. */
const serverMarks: Readonly<Record<string, readonly string[]>> = {
  zod: ["ZodError", "$ZodType"],
  hono: ["Context is not finalized", "Cookies Max-Age SHOULD NOT", "Malformed FormData request"],
  "drizzle-orm": ["drizzle:entityKind"],
  libsql: ["LibsqlError", "SqliteError"],
  "@safelight/server": ["Outcome of a paid request is unknown", "safelight_generations"],
};

/** A header that the client sends: without it, the folder does not contain the browser's code. */
const clientMark = "idempotency-key";

/** The libraries for servers that are detected in a bundle. */
export function serverLibrariesIn(bundle: string): readonly string[] {
  return Object.entries(serverMarks)
    .filter(([, marks]) => marks.some((mark) => bundle.includes(mark)))
    .map(([library]) => library);
}

/**
 * Checks all files that a built app sends to browsers.
 *
 * @throws {AssertionError} when a file contains a library for servers, or no file contains the client
 */
export function assertNoServerCode(folder: string): void {
  const files = globSync("**/*.{js,mjs,css,html,json,map}", { cwd: folder }).sort();
  const sources = files.map((file) => ({ file, source: readFileSync(join(folder, file), "utf8") }));
  assert(
    sources.some(({ source }) => source.includes(clientMark)),
    `${folder} does not contain the client: pass the folder of the browser's files.`,
  );
  const found = sources.flatMap(({ file, source }) =>
    serverLibrariesIn(source).map((library) => `${file}: ${library}`),
  );
  assert.deepEqual(found, [], `The browser's files in ${folder} contain code for servers.`);
}
