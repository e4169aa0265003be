import type { ProjectFacts, variableFiles } from "./project-facts.js";

/** A file that the plan creates. */
export interface NewFile {
  /** Relative to the project, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** A change of an existing file, which the user makes. */
export interface Paste {
  /** The file, and the place in it. */
  readonly into: string;
  readonly text: string;
}

/** The module with `createSafelight`, as other files import it. */
export interface ServerModule {
  /** Path of the file, relative to the project. */
  readonly path: string;
  /** The secret, as an expression of the framework. */
  readonly secret: string;
  /** Imports that the secret or the store needs. */
  readonly imports?: readonly string[];
  /** Statements before the server, such as those that load its variables. */
  readonly setup?: string;
  /** Further lines of the options. */
  readonly options?: readonly string[];
}

/** Everything of a plan that depends on the framework. */
export interface FrameworkPlan {
  readonly files: readonly NewFile[];
  readonly pastes: readonly Paste[];
  /** Commands that follow. */
  readonly next: readonly string[];
  /** Keys of package.json with their values, such as scripts. A key that exists stays. */
  readonly manifest?: Readonly<Record<string, string>>;
  /** Further lines of .gitignore. */
  readonly ignored?: readonly string[];
}

/** A framework that `safelight init` knows. */
export interface Framework {
  readonly title: string;
  /** Whether the project uses it. */
  detect(facts: ProjectFacts): boolean;
  /** Packages that its files import. */
  readonly packages: readonly string[];
  /** Packages for its build and its types. */
  readonly devPackages?: readonly string[];
  /** The file for variables. */
  readonly variables: (typeof variableFiles)[number];
  /** Whether its pages are React components; `null`: as the project has `react`. */
  readonly hasReact: boolean | null;
  /** Folder of the hooks. */
  hooksFolder(facts: ProjectFacts): string;
  module(facts: ProjectFacts): ServerModule;
  /** @param options.hasAdmin whether to mount the operator page. */
  plan(facts: ProjectFacts, options: { readonly hasAdmin: boolean }): FrameworkPlan;
}

/** The relative import of one file in another, without an extension. */
export function importPath(from: string, to: string): string {
  const [source, target] = [from.split("/").slice(0, -1), to.replace(/\.\w+$/, "").split("/")];
  let same = 0;
  while (same < source.length && source[same] === target[same]) same += 1;
  const up = source.length - same;
  return `${up === 0 ? "./" : "../".repeat(up)}${target.slice(same).join("/")}`;
}

/** Starts the worker, and drains it at SIGTERM. */
export const startsWorker = `safelight.worker.start();
process.once("SIGTERM", async () => {
  await safelight.close();
  process.exit(0);
});
`;

/** Parts of a server module whose framework does not add `.env` to `process.env`, from which adapters read their keys. */
export const loadsVariables: Pick<ServerModule, "imports" | "setup"> = {
  imports: ['import { existsSync } from "node:fs";'],
  setup: `// In development, Vite does not add the variables of .env to process.env.
if (existsSync(".env")) process.loadEnvFile();
`,
};
