import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { compare } from "compare-versions";
import type { Command, CommandContext } from "../command.js";
import { parseArguments } from "../parse-arguments.js";
import { UsageError } from "../usage-error.js";
import { checkUrl, databaseOptions } from "../with-database.js";
import { checkDatabase } from "./database-checks.js";
import { checkEnvironment } from "./environment-checks.js";
import { type Finding, finding } from "./finding.js";
import { checkPackages } from "./package-checks.js";
import { type Project, readProject } from "./project.js";
import { describeProject } from "./project-report.js";
import { checkServer } from "./server-checks.js";
import { checkSources } from "./source-checks.js";
import { checkStorage } from "./storage-checks.js";
import { checkTsconfig } from "./tsconfig-check.js";

/** The first version of Node on which the server runs. */
const minNode = "22.12.0";

/** Checks a project, a database and a server. */
export const doctorCommand: Command = {
  synopsis: ["doctor [--project .] [--db <url>] [--server <url>] [--header 'cookie: …'] [--quiet] [--report] [--json]"],
  help: `Checks a project, its database and its running server, and prints one line for each problem, with its fix. It prints nothing
when all is well. It reads files and never runs your code; the checks of the database are read-only.

  --project  the folder of your project; the current one without it, if it has a package.json or neither --db nor --server
  --db       the URL of the database; without it, a file that the project names, if it exists
  --server   the address of the running API, such as https://app.example.com/api/generations
  --header   a header of a signed-in user, for the checks of event streams; may be repeated
  --quiet    only errors, no warnings
  --report   also prints versions and the names of variables, for an issue; no values
  --json     a list of { id, level, message, fix, docs }; with --report { project, findings }

Exit code: 0 without problems; 1 with problems; 2 if the project cannot be read.`,
  failure: "Could not check the project",
  async run(args, context) {
    const options = parse(args);
    const project = await readProject(resolve(options.folder ?? "."), context.variables ?? {});
    const needsProject = options.folder !== null || (options.db === null && options.server === null);
    if (project === null && needsProject) {
      throw new Error(`No package.json in ${resolve(options.folder ?? ".")}: pass the folder of your project.`);
    }
    const found = await runChecks(project, { ...options, context });
    const findings = options.isQuiet ? found.filter(({ level }) => level === "error") : found;
    const report =
      options.hasReport && project !== null ? await describeProject(project, nodeVersionOf(context)) : null;
    const exitCode = findings.length === 0 ? 0 : 1;
    if (options.json) {
      const output = report === null ? findings : { project: report, findings };
      return { exitCode, output: `${JSON.stringify(output)}\n`, errors: "" };
    }
    const lines = findings.map(({ docs, fix, id, level, message }) => `${level} ${id}: ${message} ${fix} ${docs}\n`);
    const head = report === null ? "" : `${JSON.stringify(report, null, 2)}\n`;
    return { exitCode, output: `${head}${lines.join("")}`, errors: "" };
  },
};

interface DoctorArguments {
  /** `null`: the current one, if it has a project. */
  readonly folder: string | null;
  readonly db: string | null;
  readonly names: { readonly schema: string; readonly prefix: string };
  readonly server: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly isQuiet: boolean;
  readonly hasReport: boolean;
  readonly json: boolean;
}

function parse(args: readonly string[]): DoctorArguments {
  const { positionals, values } = parseArguments(args, {
    ...databaseOptions,
    project: { type: "string" },
    db: { type: "string" },
    server: { type: "string" },
    header: { type: "string", multiple: true, default: [] },
    quiet: { type: "boolean", default: false },
    report: { type: "boolean", default: false },
  });
  const { db, json, prefix, project, quiet, report, schema, server } = values;
  if (positionals.length > 0) throw new UsageError("doctor takes options only, such as --project.");
  if (server !== undefined && !/^https?:\/\//.test(server)) {
    throw new UsageError("--server must be an address such as https://app.example.com/api/generations.");
  }
  // Neither `fetch` nor a log accepts a password in an address.
  if (server !== undefined && /^https?:\/\/[^/]*@/.test(server)) {
    throw new UsageError("--server must have no user and password: pass --header 'authorization: Basic …' instead.");
  }
  return {
    folder: project ?? null,
    db: db === undefined ? null : checkUrl(db),
    names: { schema, prefix },
    server: server?.replace(/\/$/, "") ?? null,
    headers: Object.fromEntries(values.header.map(toHeader)),
    isQuiet: quiet,
    hasReport: report,
    json,
  };
}

function toHeader(text: string): readonly [string, string] {
  const [, name = "", value = ""] = /^([\w-]+):\s*(.+)$/.exec(text) ?? [];
  if (name !== "") return [name, value];
  // The text may contain a session.
  throw new UsageError("--header must be a name and a value, such as 'cookie: session=…'.");
}

async function runChecks(
  project: Project | null,
  options: DoctorArguments & { readonly context: CommandContext },
): Promise<readonly Finding[]> {
  const { context, headers, names, server } = options;
  const now = context.now ?? Date.now;
  const db = options.db ?? (project === null ? null : databaseOf(project));
  return [
    ...(project === null ? [] : await checkProject(project, nodeVersionOf(context))),
    ...(db === null ? [] : await checkDatabase({ url: db, names, context, now })),
    ...(server === null ? [] : await checkServer({ url: server, headers, now })),
  ];
}

async function checkProject(project: Project, node: string): Promise<readonly Finding[]> {
  return [
    ...checkNode(node),
    ...checkSources(project),
    ...(await checkPackages(project)),
    ...checkTsconfig(project.folder),
    ...(await checkEnvironment(project)),
    ...(await checkStorage(project)),
  ];
}

function nodeVersionOf({ nodeVersion = process.versions.node }: CommandContext): string {
  return nodeVersion;
}

function checkNode(version: string): readonly Finding[] {
  if (compare(version, minNode, ">=")) return [];
  const message = `Node ${version} runs this command; @safelight/server needs ${minNode}.`;
  return [finding("node-version", { message, fix: "Install a newer version of Node." })];
}

/** The file of `libsqlStore` that the sources name, if it exists; `null` otherwise. */
function databaseOf({ folder, servers }: Project): string | null {
  const named = servers.flatMap(({ text }) => [
    ...text.matchAll(/\blibsqlStore\(\s*\{\s*url:\s*["'`]file:([^"'`$]+)["'`]/g),
  ]);
  const paths = named.map(([, path = ""]) => resolve(folder, path));
  const found = paths.find((path) => existsSync(path));
  return found === undefined ? null : `file:${found}`;
}
