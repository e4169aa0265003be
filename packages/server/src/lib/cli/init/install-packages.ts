import { spawn } from "node:child_process";
import { once } from "node:events";
import { detect, resolveCommand } from "package-manager-detector";
import type { Plan } from "./make-plan.js";

export const packageManagers = ["npm", "pnpm", "yarn", "bun"] as const;

export type PackageManager = (typeof packageManagers)[number];

/** One command of a package manager. */
export interface InstallCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** The package manager of a project, by its lock file or its manifest; npm without one. */
export async function detectPackageManager(folder: string): Promise<PackageManager> {
  const found = await detect({ cwd: folder });
  return packageManagers.find((name) => name === found?.name) ?? "npm";
}

/** The commands that add the keys of the manifest, and the packages; none for nothing to add. */
export function installCommands(
  manager: PackageManager,
  { devPackages, manifest, packages }: Pick<Plan, "devPackages" | "manifest" | "packages">,
): readonly InstallCommand[] {
  const keys = Object.entries(manifest).map(([key, value]) => `${key}=${value}`);
  // npm for any package manager: Node includes it.
  const set = keys.length === 0 ? [] : [{ command: "npm", args: ["pkg", "set", ...keys] }];
  const adds = [packages, devPackages.length === 0 ? [] : ["-D", ...devPackages]]
    .filter((names) => names.length > 0)
    .flatMap((names) => resolveCommand(manager, "add", [...names]) ?? []);
  return [...set, ...adds];
}

/** @throws {Error} if the command fails. Its output goes to the standard error, so that `--json` prints JSON only. */
export async function runInstall(
  { args, command }: InstallCommand,
  options: { readonly folder: string; readonly variables: Readonly<Record<string, string | undefined>> },
): Promise<void> {
  const child = spawn(command, args, {
    cwd: options.folder,
    env: options.variables,
    stdio: ["ignore", 2, 2],
    // Package managers are scripts on Windows.
    shell: process.platform === "win32",
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`\`${command} ${args.join(" ")}\` exited with ${code}: run it again yourself.`);
}
