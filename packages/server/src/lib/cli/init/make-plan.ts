import { withAgentsSection } from "./agents-section.js";
import { type AuthChoice, type AuthName, authChoices, cookieAuth } from "./auth-choices.js";
import { databaseChoice, workersDatabase } from "./database-choice.js";
import { importPath, type NewFile, type Paste } from "./framework.js";
import { type FrameworkName, frameworks, starters } from "./frameworks/frameworks.js";
import { ignoredLines } from "./ignored-lines.js";
import type { ProjectFacts } from "./project-facts.js";
import { cloudflareBinding, type ProviderChoice, type ProviderName, providerChoices } from "./provider-choices.js";
import { adminModule, hooksModule, type ServerParts, serverModule } from "./server-module.js";

/** The choices of the user. */
export interface Choices {
  readonly framework: FrameworkName;
  readonly provider: ProviderName;
  readonly auth: AuthName;
  /** URL of the database. */
  readonly db: string;
  readonly hasAdmin: boolean;
  readonly hasAgents: boolean;
  /** Also a page, sign-in, credits and a history. */
  readonly hasStarter: boolean;
}

/** A file of the plan, compared with the project. */
export interface PlannedFile extends NewFile {
  /** `differs`: the project has another text, which stays. */
  readonly state: "create" | "equal" | "differs";
}

/** Lines that are appended to a file. */
export interface Addition {
  readonly path: string;
  readonly lines: readonly string[];
}

/** Everything that `safelight init` does. */
export interface Plan {
  readonly framework: FrameworkName;
  readonly files: readonly PlannedFile[];
  readonly additions: readonly Addition[];
  /** The new text of AGENTS.md; `null` if it stays. */
  readonly agents: string | null;
  /** Packages that the project lacks. */
  readonly packages: readonly string[];
  readonly devPackages: readonly string[];
  /** Keys that `package.json` lacks, with their values. */
  readonly manifest: Readonly<Record<string, string>>;
  readonly pastes: readonly Paste[];
  readonly next: readonly string[];
}

/**
 * Plans the changes of a project. Each file is new; a file with another text stays.
 *
 * @param options.manager the package manager of the project.
 * @param options.newSecret creates one for each variable.
 */
export function makePlan(
  facts: ProjectFacts,
  given: { readonly choices: Choices; readonly manager: string; readonly newSecret: () => string },
): Plan {
  const { choices, manager, newSecret } = given;
  const framework = (choices.hasStarter ? starters[choices.framework] : null) ?? frameworks[choices.framework];
  const isWorker = choices.framework === "workers";
  const module = framework.module(facts);
  const extension = ["hono", "express"].includes(choices.framework) ? facts.importExtension : "";
  const auth = authOf(facts, { choices, path: module.path, extension });
  const database = isWorker ? workersDatabase : databaseChoice(choices.db);
  const parts: ServerParts = { module, provider: providerOf(choices), auth, database, isWorker };
  const { files, ignored: more = [], manifest = {}, next, pastes } = framework.plan(facts, choices);
  const hasReact = framework.hasReact ?? "react" in facts.dependencies;
  const hooks = { folder: framework.hooksFolder(facts), isNext: choices.framework === "next" };
  const planned = [
    serverModule(parts),
    ...files,
    ...(choices.hasAdmin ? [adminModule(parts, extension)] : []),
    ...(hasReact ? [hooksModule(parts, hooks)] : []),
  ];
  const names = [
    "@safelight/server",
    // It has the docs that the section of AGENTS.md names. pnpm links only the packages of the manifest.
    ...(hasReact || choices.hasAgents ? ["@safelight/client"] : []),
    ...(hasReact ? ["@safelight/react", "@tanstack/react-query"] : []),
    ...parts.provider.packages,
    ...database.packages,
    "hono",
    ...framework.packages,
    ...auth.packages,
    "zod",
  ];
  const types = [...database.typePackages, ...(isWorker ? [] : ["@types/node"]), ...(framework.devPackages ?? [])];
  const { variables } = framework;
  const added = variablesOf(facts, { parts, file: variables, newSecret });
  const isTracked = ({ path }: Addition) => facts.trackedVariables.includes(path);
  const ignored = ignoredLines(facts, { db: isWorker ? "" : choices.db, variables, more });
  const agents = choices.hasAgents ? withAgentsSection(facts.read("AGENTS.md")) : null;
  return {
    framework: choices.framework,
    files: planned.map((file) => ({ ...file, state: stateOf(facts, file) })),
    additions: [
      ...added.filter((addition) => !isTracked(addition)),
      ...(ignored.length === 0 ? [] : [{ path: ".gitignore", lines: ignored }]),
    ],
    agents: agents === facts.read("AGENTS.md") ? null : agents,
    packages: missing(facts, names),
    devPackages: facts.isTypeScript ? missing(facts, types) : [],
    manifest: Object.fromEntries(Object.entries(manifest).filter(([key]) => facts.manifest[key] === undefined)),
    pastes,
    next: [
      ...added.filter(isTracked).map(trackedFileStep),
      ...next.map((line) => line.replace(/^npm run/, `${manager} run`)),
      "npx safelight doctor",
    ],
  };
}

function providerOf({ framework, provider }: Choices): ProviderChoice {
  const isBound = framework === "workers" && (provider === "demo" || provider === "cloudflare");
  return isBound ? cloudflareBinding : providerChoices[provider];
}

/** The auth library with its imports: the path of the host's module, or of the starter's session beside the server. */
function authOf(
  { has }: ProjectFacts,
  { choices, extension, path }: { readonly choices: Choices; readonly path: string; readonly extension: string },
): AuthChoice {
  if (choices.hasStarter) {
    return {
      ...cookieAuth,
      imports: cookieAuth.imports.map((line) => line.replace("$session", `./session${extension}`)),
    };
  }
  const names = ["auth", "lib/auth", "src/auth", "src/lib/auth", "src/lib/server/auth", "app/lib/auth.server"];
  const found = names.find((name) => has(`${name}.ts`) || has(`${name}.js`)) ?? "auth";
  const auth = authChoices[choices.auth];
  return { ...auth, imports: auth.imports.map((line) => line.replace("$auth", importPath(path, `${found}.ts`))) };
}

function stateOf({ read }: ProjectFacts, { path, text }: NewFile): PlannedFile["state"] {
  const present = read(path);
  if (present === null) return "create";
  return present === text ? "equal" : "differs";
}

function missing({ dependencies }: ProjectFacts, names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => !(name in dependencies));
}

/** The step for the user if git tracks the file of variables. The values may be secrets. */
function trackedFileStep({ lines, path }: Addition): string {
  const names = lines.map((line) => line.replace(/=.*/s, "")).join(", ");
  return `Set ${names} in a file that git ignores: ${path} is in git, so nothing was added. \`npx safelight secret\` prints a secret.`;
}

function variablesOf(
  { read }: ProjectFacts,
  { file, newSecret, parts }: { readonly file: string; readonly parts: ServerParts; readonly newSecret: () => string },
): readonly Addition[] {
  const { auth, database, provider } = parts;
  const empty = [...provider.variables, ...auth.variables].map((name) => [name, ""] as const);
  const secrets = ["SAFELIGHT_SECRET", ...(auth.secrets ?? [])].map((name) => [name, newSecret()] as const);
  const all = [...secrets, ...Object.entries(database.variables), ...empty];
  const additionTo = (path: string, variables: readonly (readonly [string, string])[]) => {
    const present = read(path) ?? "";
    const lines = variables
      .filter(([name]) => !new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`, "m").test(present))
      .map(([name, value]) => `${name}=${value}`);
    return lines.length === 0 ? [] : [{ path, lines }];
  };
  const example =
    read(".env.example") === null
      ? []
      : additionTo(
          ".env.example",
          all.map(([name]) => [name, ""] as const),
        );
  return [...additionTo(file, all), ...example];
}
