import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Strings of what is for servers alone, which stay in a bundle however it is minified: one of them is enough. */
const serverMarks: Readonly<Record<string, readonly string[]>> = {
  zod: ["ZodError", "$ZodType"],
  hono: ["Context is not finalized", "Cookies Max-Age SHOULD NOT", "Malformed FormData request"],
  "drizzle-orm": ["drizzle:entityKind"],
  libsql: ["LibsqlError", "SqliteError"],
  "@safelight/server": ["Outcome of a paid request is unknown", "safelight_generations"],
};

/** A header that the client sends: where it is missing, it is not the browser's code that was looked into. */
const clientMark = "idempotency-key";

/** The libraries for servers that a bundle holds anything of that can be known. */
export function serverLibrariesIn(bundle: string): readonly string[] {
  return Object.entries(serverMarks)
    .filter(([, marks]) => marks.some((mark) => bundle.includes(mark)))
    .map(([library]) => library);
}

/**
 * Looks into all that a built app sends to browsers.
 *
 * @throws {AssertionError} where a file holds a library for servers, or none holds the client
 */
export function assertNothingOfTheServer(folder: string): void {
  const files = globSync("**/*.{js,mjs,css,html,json,map}", { cwd: folder }).sort();
  const sources = files.map((file) => ({ file, source: readFileSync(join(folder, file), "utf8") }));
  assert(
    sources.some(({ source }) => source.includes(clientMark)),
    `${folder} holds nothing of the client: the files of the browser must be elsewhere`,
  );
  const found = sources.flatMap(({ file, source }) =>
    serverLibrariesIn(source).map((library) => `${file}: ${library}`),
  );
  assert.deepEqual(found, [], `the browser is sent code for servers in ${folder}`);
}
