import { execFile } from "node:child_process";

/** State of a file in git. `tracked` files are in the repository, whatever `.gitignore` contains. */
export type GitState = "tracked" | "ignored" | "untracked";

/**
 * Runs git, because its rules for ignored files are complex.
 *
 * @param path relative to the folder.
 * @returns `null` if the folder is in no repository, the path is outside of it, or git is not installed.
 */
export async function gitStateOf(folder: string, path: string): Promise<GitState | null> {
  if ((await exitCodeOf(folder, ["ls-files", "--error-unmatch", "--", path])) === 0) return "tracked";
  const isIgnored = await exitCodeOf(folder, ["check-ignore", "-q", "--no-index", path]);
  if (isIgnored === 0) return "ignored";
  return isIgnored === 1 ? "untracked" : null;
}

/** `null` if git could not be started. */
function exitCodeOf(folder: string, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    execFile("git", args, { cwd: folder }, (error) => {
      if (error === null) resolve(0);
      else resolve(typeof error.code === "number" ? error.code : null);
    });
  });
}
