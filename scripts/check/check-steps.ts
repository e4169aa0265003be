import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Command, pnpm, root } from "../command.ts";
import { packageFolders, tarballOf } from "../release/tarballs.ts";
import { typeCheck } from "../type-check.ts";
import type { OrderedStep } from "./run-steps.ts";

/** Test counts of a step. A step without tests counts as one. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One step of the check. Its commands run in order; the first that fails ends it. */
export interface CheckStep extends OrderedStep {
  readonly commands: readonly Command[];
  /** Advice on a failure. */
  readonly advice: string;
  /** Skipped, with a note, where no browser is found. */
  readonly needsBrowser?: boolean;
  /**
   * The command that runs one test file or host of the step alone. With it, a few failed files run again after all other
   * steps, and the step passes if they pass then.
   */
  readonly runFile?: (file: string) => Command;
  /** Path of the JSON report that the step's tests write. */
  readonly vitestReport?: string;
  /** Puts temporary files in memory if the machine offers enough, for steps that wait for the disk. */
  readonly inMemory?: boolean;
}

const inNode = vitestStep("tests in node", "node", "node-client", "node-isolated");

/**
 * Everything that must hold before a change is merged. The steps begin in this order, as many at once as `check.ts` allows: the
 * longest one, then short ones, then the next longest.
 */
export const checkSteps: readonly CheckStep[] = [
  // Two workers more than cores: a test in node mostly waits for a process, a disk or a timer.
  { ...inNode, commands: inNode.commands.map((command) => [...command, `--maxWorkers=${availableParallelism() + 2}`]) },
  {
    name: "format and lint",
    commands: [["biome", "ci", "--colors=off", "--max-diagnostics=100", "."]],
    advice: "`pnpm format` fixes most of it.",
  },
  {
    name: "types",
    commands: [typeCheck("tsconfig.json")],
    advice: "`pnpm typecheck` runs this step alone.",
  },
  {
    name: "room rules",
    commands: [pnpm("run", "rooms")],
    advice:
      'An import breaks a rule of ARCHITECTURE.md, "Rooms". Move the code, not the rule. `pnpm rooms` runs this step alone.',
  },
  {
    name: "build",
    commands: [
      pnpm("run", "build"),
      pnpm("--filter", "./examples/demo", "run", "build"),
      ["node", "scripts/browser-files.ts", "examples/demo/dist"],
    ],
    advice:
      "`pnpm build` builds the packages alone. If the browser gets code for servers, import only its types there.",
  },
  {
    name: "pack",
    after: ["build"],
    commands: [["node", "scripts/release/pack.ts"]],
    advice: "Could not pack the packages: see the message of `pnpm pack`.",
  },
  {
    name: "the demo from end to end",
    after: ["build"],
    commands: [["node", "examples/demo/e2e/run.ts", "--check"]],
    runFile: (file) => ["node", "examples/demo/e2e/run.ts", file],
    advice: "`pnpm build && pnpm test:e2e` runs this step alone.",
    needsBrowser: true,
    inMemory: true,
  },
  {
    name: "hosts",
    after: ["pack"],
    commands: [["node", "scripts/hosts.ts"]],
    runFile: (name) => ["node", "scripts/hosts.ts", name],
    advice: "`pnpm build && pnpm pack:packages && pnpm hosts NAME` runs one folder of examples/hosts.",
  },
  {
    name: "the Next example from end to end",
    after: ["pack"],
    commands: [["node", "scripts/example-nextjs.ts"]],
    runFile: () => ["node", "scripts/example-nextjs.ts"],
    advice: "`pnpm example:nextjs` runs this step alone.",
    needsBrowser: true,
  },
  vitestStep("tests in jsdom", "dom", "dom-isolated"),
  { ...vitestStep("tests in Chromium", "browser"), needsBrowser: true },
  {
    name: "consumer project",
    after: ["pack"],
    commands: [["node", "scripts/consumer.ts"]],
    advice: "The packed packages do not work in a project outside the workspace. `pnpm consumer` runs this step alone.",
  },
  {
    name: "types of the benchmark peers",
    commands: [
      pnpm("--dir", "benchmarks/peers", "install", "--frozen-lockfile"),
      typeCheck("benchmarks/peers/tsconfig.json"),
    ],
    advice:
      "`pnpm --dir benchmarks/peers install` installs the peers; then `pnpm tsc -p benchmarks/peers/tsconfig.json` runs this step alone.",
  },
  {
    ...vitestStep("contents of the packages", "packed"),
    after: ["pack"],
    advice: "Check `files` and `exports` of the package.",
  },
  {
    name: "publint",
    after: ["pack"],
    commands: packageFolders.map((folder): Command => ["publint", "run", "--strict", tarballOf(folder)]),
    advice: "The manifest of a package names files that its tarball does not contain.",
  },
  {
    name: "types of the entries",
    after: ["pack"],
    commands: packageFolders.map((folder): Command => ["attw", tarballOf(folder), "--profile", "esm-only"]),
    advice: "A host's compiler would not find the types of an entry.",
  },
  {
    name: "unused code and dependencies",
    after: ["build"],
    commands: [["knip"]],
    advice: "Delete the names that knip lists, or use them. `pnpm knip` runs this step alone.",
  },
  {
    name: "size budgets",
    after: ["build"],
    commands: [["node", "benchmarks/bytes/budgets/check.ts"]],
    advice:
      "The browser code exceeds its budget (benchmarks/bytes/budgets/budgets.ts). `pnpm build && pnpm size` runs this step alone.",
  },
];

/** The tests of some projects of vitest. */
function vitestStep(name: string, ...projects: readonly [string, ...string[]]): CheckStep {
  const vitestReport = join(root, "node_modules", ".cache", "safelight-check", `${projects[0]}.json`);
  const selection = projects.flatMap((project) => ["--project", project]);
  const reporters = ["--reporter", "default", "--reporter", "json", `--outputFile.json=${vitestReport}`];
  const command: Command = ["vitest", "run", ...selection, ...reporters];
  return {
    name,
    commands: [command],
    runFile: (file) => [...command, file],
    advice: "`pnpm vitest run FILE` runs one file.",
    vitestReport,
    inMemory: true,
  };
}
