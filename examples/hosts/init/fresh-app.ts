import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

const here = import.meta.dirname;
const { dependencies: packed, templates } = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const { HOST_PNPM: pnpm = "pnpm" } = process.env;
const env = {
  ...process.env,
  // Otherwise `--yes` of create-next-app reuses the choices of the last run.
  XDG_CONFIG_HOME: join(here, ".config"),
  CI: "1",
};

/** Runs a template. It is no dependency of this host: only the long form downloads it. */
export function template(name: string): string {
  return `npx --yes ${name}@${templates[name]}`;
}

/** The part of the plan of `safelight init` that the tests read. */
interface Plan {
  readonly framework: string;
  readonly packages: readonly string[];
  readonly pastes: readonly { readonly into: string; readonly text: string }[];
}

/** A fresh app of a template, after `safelight init`. */
export interface FreshApp {
  readonly folder: string;
  readonly plan: Plan;
  /** Runs a command in the app, and returns its output. */
  run(command: string): string;
}

/**
 * Creates an app with the command of its template, runs `safelight init` in it, and installs its packages and those of the
 * plan. The packages of Safelight are the packed ones.
 *
 * @param more further packages to install.
 */
export function createFreshApp(name: string, command: string, more: readonly string[] = []): FreshApp {
  const sh = (line: string, cwd: string) =>
    execFileSync("sh", ["-ec", line], { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  sh(command, here);
  const folder = join(here, name);
  const safelight = join(here, "node_modules/.bin/safelight");
  const { plan } = JSON.parse(sh(`${safelight} init --yes --no-install --json`, folder));
  copyFileSync(join(here, "pnpm-workspace.yaml"), join(folder, "pnpm-workspace.yaml"));
  const packages = plan.packages.map((dependency: string) => packed[dependency] ?? dependency);
  sh(
    `${pnpm} add --prefer-offline --reporter append-only --loglevel error ${[...packages, ...more].join(" ")}`,
    folder,
  );
  return {
    folder,
    plan,
    run: (line) => sh(line, folder),
  };
}
