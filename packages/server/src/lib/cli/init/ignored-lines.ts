import type { ProjectFacts } from "./project-facts.js";

/**
 * The lines that `.gitignore` lacks: for the variables with the secret, for the database of a `file:` URL with the files that
 * SQLite writes next to it, and for the folder of media.
 *
 * @param options.variables the file of variables, from the folder of the project.
 * @param options.db URL of the database.
 * @param options.more files and folders that the framework creates.
 */
export function ignoredLines(
  { read, trackedVariables }: Pick<ProjectFacts, "read" | "trackedVariables">,
  { db, more, variables }: { readonly db: string; readonly variables: string; readonly more: readonly string[] },
): readonly string[] {
  const present = (read(".gitignore") ?? "").split(/\r?\n/).map((line) => line.trim());
  const database = databaseIn(db);
  const lines = [
    ...(trackedVariables.includes(variables) ? [] : [{ line: variables, paths: [variables] }]),
    { line: "*.db*", paths: ["a.db", "a.db-wal"] },
    ...(database === null ? [] : [{ line: `/${database}*`, paths: [database, `${database}-wal`] }]),
    { line: "/media", paths: ["media/file"] },
    ...more.map((line) => ({ line, paths: [`${line}/file`] })),
  ];
  return lines
    .filter(({ paths }, index) => {
      // An earlier planned line may cover it.
      const planned = lines.slice(0, index).map(({ line }) => line);
      return !paths.every((path) => hasLineFor(path, [...present, ...planned]));
    })
    .map(({ line }) => line);
}

/** Path of the database from the folder of the project; `null` if it is a server, or outside of the folder. */
function databaseIn(url: string): string | null {
  const [, path = ""] = /^file:(?:\.\/+)*([^/].*)$/.exec(url) ?? [];
  return path === "" || /^\.\.\/|^[a-z]:/i.test(path) ? null : path;
}

/**
 * Whether these lines of a `.gitignore` ignore a path: the last line that matches it, or one of its folders, decides. git cannot
 * tell: some of the lines are only planned, and the project may be in no repository yet.
 */
function hasLineFor(path: string, lines: readonly string[]): boolean {
  const decides = lines.findLast((line) => matches(path, line.replace(/^!/, "")));
  return decides !== undefined && !decides.startsWith("!");
}

/** The patterns of git with `*` and `?`. Others count as no match, so that a line is added rather than left out. */
function matches(path: string, pattern: string): boolean {
  const bare = pattern.replace(/^\//, "").replace(/\/$/, "");
  if (bare === "" || pattern.startsWith("#")) return false;
  const escaped = bare
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  const isAnywhere = !pattern.replace(/\/$/, "").includes("/");
  // A pattern for a folder alone does not match a file of that name.
  const end = pattern.endsWith("/") ? "/" : "(?:/|$)";
  return new RegExp(`^${isAnywhere ? "(?:.*/)?" : ""}${escaped}${end}`).test(path);
}
