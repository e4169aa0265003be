import type { Command } from "../command.ts";

/** A command that also prints the CPU time of its processes at its end, which `takeCpuTime` reads. Unchanged on Windows. */
export function withCpuTime(command: Command): Command {
  if (process.platform === "win32") return command;
  return ["sh", "-c", '"$@"; code=$?; times; exit $code', "sh", ...command];
}

/** The output of `times`: user and system time of the shell, and of the processes that it waited for. */
const times = /\d+m[\d.]+s \d+m[\d.]+s\n(\d+)m([\d.]+)s (\d+)m([\d.]+)s\n$/;

/**
 * Takes the CPU time from the output of a command of `withCpuTime`.
 *
 * @returns `seconds` of user and system time, without processes that no other one waited for; 0 for a command that was killed.
 */
export function takeCpuTime(output: string): { readonly output: string; readonly seconds: number } {
  const [minutes = 0, seconds = 0, ...system] = (times.exec(output) ?? []).slice(1).map(Number);
  const [systemMinutes = 0, systemSeconds = 0] = system;
  return {
    output: output.replace(times, ""),
    seconds: (minutes + systemMinutes) * 60 + seconds + systemSeconds,
  };
}
