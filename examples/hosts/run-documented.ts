import { execFileSync } from "node:child_process";

const isLong = process.env.HOSTS_LONG === "1";
/** `pnpm hosts` gives the command of its own pnpm. */
const { HOST_PNPM: pnpm = "pnpm" } = process.env;
/** The copy of the host has the settings for packed packages. */
const pnpmAdd = `cp ../pnpm-workspace.yaml . && ${pnpm} add --prefer-offline --reporter append-only --loglevel error `;

/**
 * Runs the shell commands of a page. The long form installs with npm, as the page does. The short form installs with pnpm,
 * which links the files of its store: npm needs eight times the CPU time.
 */
export function runDocumented(commands: string, options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }) {
  const own = isLong ? commands : commands.replaceAll(/^npm install /gm, pnpmAdd);
  execFileSync("sh", ["-ec", own], { ...options, stdio: "inherit" });
}
