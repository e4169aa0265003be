import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Finding, finding } from "./finding.js";
import { gitStateOf } from "./git-files.js";
import { importsOf } from "./package-checks.js";
import type { Project } from "./project.js";
import { readIfExists } from "./project-files.js";
import { mediaFoldersOf } from "./storage-checks.js";

const minSecretLength = 32;

/** The options `secret` of the server, of its webhook and of its operator page. */
const secretOption = /(?<![\w.])secret\s*:\s*([^\n]+)/g;

/** Set by the runtime or the framework, or with a default of it. */
const ownVariables = new Set(["NODE_ENV", "NEXT_RUNTIME", "PORT", "HOST", "DEV", "PROD", "MODE", "SSR", "BASE_URL"]);

/**
 * A read of a variable. `optional` matches if the host runs without it: a default, a condition, or the comparison with a value.
 * `if (!env.NAME)` and `if (env.NAME === undefined)` do not match, since an error may follow.
 */
const variableRead =
  /\b(?:process\.env|import\.meta\.env|env)\.(?<name>[A-Z][A-Z0-9_]*)\b(?<optional>(?<=(?:\bif\s*|\bBoolean)\([\w.]+)\)|\s*\)?\s*(?:\?|\|\||&&|!==?|===?\s*["'`]\w|===?\s*(?:undefined|null)\s*\?))?/g;

/** The variables from which an adapter reads its key, if the host passes none. Any of them suffices. */
const keysOfAdapters: ReadonlyMap<string, readonly string[]> = new Map([
  ["@safelight/server/fal", ["FAL_KEY"]],
  ["@safelight/server/openai", ["OPENAI_API_KEY"]],
  ["@safelight/server/replicate", ["REPLICATE_API_TOKEN"]],
  ["@safelight/server/google", ["GEMINI_API_KEY", "GOOGLE_API_KEY"]],
  ["@safelight/server/bfl", ["BFL_API_KEY"]],
  ["@safelight/server/stability", ["STABILITY_API_KEY"]],
  ["@safelight/server/cloudflare", ["CLOUDFLARE_API_TOKEN"]],
]);

/** Checks the variables that the server reads, and that no secret is in git. */
export async function checkEnvironment(project: Project): Promise<readonly Finding[]> {
  if (project.servers.length === 0) return [];
  return [...checkSecrets(project), ...(await checkVariables(project)), ...(await checkGit(project))];
}

function checkSecrets({ servers, variables }: Project): readonly Finding[] {
  return servers.flatMap(({ path, text }) => {
    const values = [...text.matchAll(secretOption)].map(([, value = ""]) => value);
    const written = values.filter((value) => /^["'`]/.test(value)).map(() => writtenSecret(path));
    const names = values.length === 0 ? ["SAFELIGHT_SECRET"] : values.flatMap((value) => namesIn(value, text));
    return [...written, ...names.flatMap((name) => checkSecret(name, variables[name]))];
  });
}

function writtenSecret(path: string): Finding {
  const message = `${path} contains the secret itself.`;
  const fix = "Pass secret: process.env.SAFELIGHT_SECRET, and create another secret.";
  return finding("secret-in-code", { message, fix });
}

function checkSecret(name: string, secret: string | undefined): readonly Finding[] {
  const fix = `Set ${name} to the output of \`npx safelight secret\`.`;
  if (secret === undefined || secret === "") {
    return [finding("secret-missing", { message: `${name} is not set: production needs it.`, fix })];
  }
  if (secret.length >= minSecretLength) return [];
  return [finding("secret-short", { message: `${name} has less than ${minSecretLength} characters.`, fix })];
}

async function checkVariables({ folder, servers, variables }: Project): Promise<readonly Finding[]> {
  const missing = new Set<string>();
  const files = ["wrangler.jsonc", "wrangler.json", "wrangler.toml"];
  const wrangler = (await Promise.all(files.map((file) => readIfExists(join(folder, file))))).join("");
  for (const { text } of servers) {
    const withoutSecret = text.replaceAll(secretOption, "");
    for (const name of namesIn(withoutSecret, text)) if (!variables[name]) missing.add(name);
    const hasKey = /\bapiKey\s*[:,}]/.test(text);
    for (const path of hasKey ? [] : importsOf(text)) {
      const [name, ...others] = keysOfAdapters.get(path) ?? [];
      if (name !== undefined && ![name, ...others].some((known) => variables[known])) missing.add(name);
    }
  }
  // `env` of a Worker also has its bindings, such as a database.
  const unset = [...missing].filter((name) => !new RegExp(`\\b${name}\\b`).test(wrangler));
  return unset.map((name) =>
    finding("variable-missing", { message: `${name} is not set.`, fix: `Set ${name} in .env or in the environment.` }),
  );
}

/** The variables that a part of a file reads, without those that the file also reads as optional. */
function namesIn(part: string, file: string): readonly string[] {
  const reads = (text: string) => [...text.matchAll(variableRead)].map(({ groups = {} }) => groups);
  const unneeded = new Set(ownVariables);
  for (const { name = "", optional } of reads(file)) if (optional !== undefined) unneeded.add(name);
  return reads(part).flatMap(({ name = "" }) => (unneeded.has(name) ? [] : [name]));
}

/** Finds nothing outside of a repository, or without git. */
async function checkGit(project: Project): Promise<readonly Finding[]> {
  const { folder, servers, variableFiles } = project;
  const isSecret = (name: string, value: string | undefined) => /(SECRET|KEY|TOKEN|PASSWORD)$/.test(name) && !!value;
  const files = [
    ...variableFiles
      .filter(({ values }) => Object.entries(values).some(([name, value]) => isSecret(name, value)))
      .map(({ path }) => path),
    ...servers.flatMap(({ text }) =>
      [...text.matchAll(/["'`]file:(?!\/)([\w./-]+)["'`]/g)].map(([, path = ""]) => path),
    ),
    ...mediaFoldersOf(project),
  ];
  const existing = [...new Set(files)].filter((path) => existsSync(join(folder, path)));
  const states = await Promise.all(existing.map((path) => gitStateOf(folder, path)));
  return existing.flatMap((path, index) => {
    switch (states[index]) {
      case "tracked": {
        const fix = `Run \`git rm -r --cached ${path}\`, add it to .gitignore, and replace each secret that was committed.`;
        return [finding("files-in-git", { message: `${path} is in git.`, fix })];
      }
      case "untracked": {
        const fix = `Add ${path} to .gitignore.`;
        return [finding("files-in-git", { message: `.gitignore does not contain ${path}.`, fix })];
      }
      default:
        return [];
    }
  });
}
