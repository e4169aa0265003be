import type { Command } from "./command.ts";

/**
 * The command that checks the types of a project. With one checker, which takes two thirds of the CPU time: the compiler's
 * four would each check what their files have in common, and the check runs other steps at the same time.
 *
 * @param project path of its `tsconfig.json`.
 */
export function typeCheck(project: string): Command {
  return ["tsc", "-p", project, "--checkers", "1"];
}
