import { UsageError } from "../usage-error.js";
import { type AuthName, authNames } from "./auth-choices.js";
import type { Questions } from "./choose.js";
import {
  detectFramework,
  type FrameworkName,
  frameworkNames,
  isFrameworkName,
  starters,
} from "./frameworks/frameworks.js";
import type { Choices } from "./make-plan.js";
import type { ProjectFacts } from "./project-facts.js";
import { type ProviderName, providerNames } from "./provider-choices.js";

/** The choices that the options name; `null` for those that they leave out. */
interface GivenChoices {
  readonly framework: string | null;
  readonly provider: string | null;
  readonly auth: string | null;
  readonly db: string;
  readonly hasAdmin: boolean;
  readonly hasAgents: boolean;
  readonly hasStarter: boolean;
}

/**
 * Completes the choices: by the project, by questions, or by their defaults.
 *
 * @param options.questions `null` without a terminal.
 * @returns `null` if the user canceled.
 * @throws {UsageError} for an unknown name, or if the framework is unclear and no question can be asked.
 */
export async function completeChoices(
  facts: ProjectFacts,
  { given, questions }: { readonly given: GivenChoices; readonly questions: Questions | null },
): Promise<Choices | null> {
  const framework = await frameworkOf(facts, { name: given.framework, questions });
  if (framework === null) return null;
  if (given.hasStarter) checkStarter(facts, { framework, auth: given.auth });
  const provider = await choose(providerNames, {
    name: given.provider,
    what: "provider",
    ask: questions?.provider,
    otherwise: "demo",
  });
  if (provider === null) return null;
  const ask = given.hasStarter ? undefined : questions?.auth;
  const auth = await choose(authNames, { name: given.auth, what: "auth", ask, otherwise: "none" });
  if (auth === null) return null;
  if (auth === "auth-js" && framework !== "next") {
    throw new UsageError("--auth auth-js is for Next.js. Pass --auth none, and read your session in identify.");
  }
  const { db, hasAdmin, hasAgents, hasStarter } = given;
  return { framework, provider, auth, db, hasAdmin, hasAgents, hasStarter };
}

function checkStarter(
  { isTypeScript }: ProjectFacts,
  { auth, framework }: { readonly framework: FrameworkName; readonly auth: string | null },
): void {
  const names = Object.keys(starters);
  if (!names.includes(framework)) throw new UsageError(`--starter is for ${names.join(" and ")}: leave it out.`);
  if (auth !== null) throw new UsageError("--starter has a sign-in of its own: leave --auth out.");
  if (framework === "next" && !isTypeScript) {
    throw new UsageError("--starter writes TypeScript, and the project has no tsconfig.json.");
  }
}

async function frameworkOf(
  facts: ProjectFacts,
  { name, questions }: { readonly name: string | null; readonly questions: Questions | null },
): Promise<FrameworkName | null> {
  if (name !== null) {
    if (isFrameworkName(name)) return name;
    throw new UsageError(`Unknown framework "${name}": use ${frameworkNames.join(", ")}.`);
  }
  const found = detectFramework(facts);
  if (found !== null) return found;
  if (questions !== null) return questions.framework();
  throw new UsageError(`No known framework in ${facts.folder}: pass --framework ${frameworkNames.join("|")}.`);
}

async function choose<Name extends ProviderName | AuthName>(
  names: readonly Name[],
  given: {
    readonly name: string | null;
    readonly what: string;
    readonly ask: (() => Promise<Name | null>) | undefined;
    readonly otherwise: Name;
  },
): Promise<Name | null> {
  const { ask, name, otherwise, what } = given;
  if (name === null) return ask === undefined ? otherwise : ask();
  const found = names.find((known) => known === name);
  if (found !== undefined) return found;
  throw new UsageError(`Unknown ${what} "${name}": use ${names.join(", ")}.`);
}
