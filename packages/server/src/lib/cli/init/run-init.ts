import { resolve } from "node:path";
import type { Command, CommandContext } from "../command.js";
import type { CommandOutcome } from "../command-outcome.js";
import { newSecret } from "../create-secret.js";
import { parseArguments } from "../parse-arguments.js";
import { UsageError } from "../usage-error.js";
import { checkUrl } from "../with-database.js";
import { authNames } from "./auth-choices.js";
import { completeChoices } from "./complete-choices.js";
import { describePlan, describeRest } from "./describe-plan.js";
import { frameworkNames, starters } from "./frameworks/frameworks.js";
import {
  detectPackageManager,
  type InstallCommand,
  installCommands,
  packageManagers,
  runInstall,
} from "./install-packages.js";
import { makePlan, type Plan } from "./make-plan.js";
import { type ProjectFacts, readFacts } from "./project-facts.js";
import { providerNames } from "./provider-choices.js";
import { writePlan } from "./write-plan.js";

const starterNames = Object.keys(starters).join(" and ");

/** Sets up Safelight in a project. */
export const initCommand: Command = {
  synopsis: [
    "init [dir] [--framework F] [--provider P] [--auth A] [--db <url>] [--starter] [--admin] [--agents] [--dry-run] [--yes]",
  ],
  help: `Sets up Safelight in an existing project: shows the plan, writes new files, appends to the variables and .gitignore, installs
packages, and prints the lines to add to your own files. It never changes a file of yours.

  --framework   ${frameworkNames.join(", ")}; detected without it
  --provider    ${providerNames.join(", ")}; demo needs no key
  --auth        ${authNames.join(", ")}
  --db          the URL of the database; file:safelight.db without it. That of a server is written to the variables
  --starter     also a page, sign-in, credits and a history, for ${starterNames}. express: also in an empty folder
  --admin       also the operator page, closed until you name your admins
  --agents      also a section in AGENTS.md
  --pm          ${packageManagers.join(", ")}; detected without it
  --no-install  installs nothing, prints the command
  --dry-run     shows the plan, changes nothing
  --yes         carries out the plan without a question; needed without a terminal
  --json        { plan, install, written }; secrets are left out

Exit code: 0 on success; 1 if you refused the plan; 2 if the command failed, or needs an option.`,
  failure: "Could not set up the project",
  async run(args, context) {
    const options = parse(args);
    const facts = await readFacts(options.folder, {
      isNew: options.hasStarter && options.framework === "express",
    });
    if (facts === null) throw new Error(withoutProject(options.folder));
    const mayAsk = (context.isTerminal ?? false) && !options.isYes && !options.isDryRun && !options.json;
    if (!mayAsk && !options.isYes && !options.isDryRun) {
      throw new UsageError("Without a terminal, pass --yes to carry out the plan, or --dry-run to see it.");
    }
    const questions = mayAsk ? (await import("./choose.js")).terminalQuestions : null;
    const choices = await completeChoices(facts, { given: options, questions });
    if (choices === null) return { exitCode: 1, output: "Nothing was changed.\n", errors: "" };
    const manager = options.pm ?? (await detectPackageManager(facts.folder));
    const plan = makePlan(facts, { choices, newSecret, manager });
    const install = installCommands(manager, plan);
    if (questions !== null) {
      context.report?.(describePlan(plan, install));
      if (!(await questions.confirm("Carry out the plan?"))) {
        return { exitCode: 1, output: "Nothing was changed.\n", errors: "" };
      }
    }
    return carryOut({ facts, plan, install, options, context });
  },
};

interface InitArguments {
  readonly folder: string;
  readonly framework: string | null;
  readonly provider: string | null;
  readonly auth: string | null;
  readonly db: string;
  readonly hasAdmin: boolean;
  readonly hasAgents: boolean;
  readonly hasStarter: boolean;
  readonly pm: (typeof packageManagers)[number] | null;
  readonly installs: boolean;
  readonly isDryRun: boolean;
  readonly isYes: boolean;
  readonly json: boolean;
}

function parse(args: readonly string[]): InitArguments {
  const { positionals, values } = parseArguments(args, {
    framework: { type: "string" },
    provider: { type: "string" },
    auth: { type: "string" },
    db: { type: "string", default: "file:safelight.db" },
    admin: { type: "boolean", default: false },
    agents: { type: "boolean", default: false },
    starter: { type: "boolean", default: false },
    pm: { type: "string" },
    "no-install": { type: "boolean", default: false },
    "dry-run": { type: "boolean", default: false },
    yes: { type: "boolean", default: false },
  });
  const [folder = ".", ...more] = positionals;
  if (more.length > 0) throw new UsageError("Pass one folder.");
  const { admin, agents, auth = null, framework = null, json, provider = null, starter, yes } = values;
  const pm = values.pm === undefined ? null : packageManagers.find((name) => name === values.pm);
  if (pm === undefined)
    throw new UsageError(`Unknown package manager "${values.pm}": use ${packageManagers.join(", ")}.`);
  return {
    folder: resolve(folder),
    framework,
    provider,
    auth,
    db: checkUrl(values.db),
    hasAdmin: admin,
    hasAgents: agents,
    hasStarter: starter,
    pm,
    installs: !values["no-install"],
    isDryRun: values["dry-run"],
    isYes: yes,
    json,
  };
}

async function carryOut(given: {
  readonly facts: ProjectFacts;
  readonly plan: Plan;
  readonly install: readonly InstallCommand[];
  readonly options: InitArguments;
  readonly context: CommandContext;
}): Promise<CommandOutcome> {
  const { context, facts, install, options, plan } = given;
  const { isDryRun, json } = options;
  const installs = options.installs && !isDryRun;
  // Read before the files are written: afterwards none differs.
  const left = describeRest(plan, { install: installs ? [] : install, read: facts.read });
  if (!isDryRun) writePlan(facts.folder, plan);
  for (const command of installs ? install : []) {
    await runInstall(command, { folder: facts.folder, variables: context.variables ?? {} });
  }
  if (json) {
    const report = { plan: withoutSecrets(plan), install, written: !isDryRun };
    return { exitCode: 0, output: `${JSON.stringify(report)}\n`, errors: "" };
  }
  return { exitCode: 0, output: `${describePlan(plan, installs ? install : [])}\n${left}`, errors: "" };
}

/** Values of variables may contain a secret or a password. */
function withoutSecrets(plan: Plan): Plan {
  const additions = plan.additions.map(({ lines, path }) => ({
    path,
    lines: lines.map((line) => line.replace(/=.*/, "=")),
  }));
  return { ...plan, additions };
}

function withoutProject(folder: string): string {
  return `No package.json in ${folder}. Create a project first, then repeat the command in it:
  npx create-next-app@latest my-app --yes
  npm create vite@latest my-app -- --template react-ts
  npm create hono@latest my-app -- --template nodejs
For Express with a page, this command needs none: --framework express --starter`;
}
