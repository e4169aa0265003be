import * as util from "node:util";
import type { InstallCommand } from "./install-packages.js";
import type { Plan, PlannedFile } from "./make-plan.js";

const titles = { create: "create", equal: "keep", differs: "keep, it differs" } as const;

/** The plan in words, before it is carried out. Secrets and keys are left out. */
export function describePlan(plan: Plan, install: readonly InstallCommand[]): string {
  const files = plan.files.map(({ path, state }) => `  ${titles[state]}  ${path}\n`);
  const additions = plan.additions.map(({ lines, path }) => `  append  ${path}: ${lines.map(nameOf).join(", ")}\n`);
  const agents = plan.agents === null ? "" : "  write   AGENTS.md, between its markers\n";
  const commands = install.map((command) => `  run     ${commandText(command)}\n`);
  return `Plan for ${plan.framework}:\n${[...files, ...additions].join("")}${agents}${commands.join("")}`;
}

/** The changes that the user makes, and the next commands. */
export function describeRest(
  plan: Plan,
  { install, read }: { readonly install: readonly InstallCommand[]; readonly read: (path: string) => string | null },
): string {
  const differing = plan.files.filter(({ state }) => state === "differs").map((file) => describeDifference(file, read));
  const pastes = plan.pastes.map(({ into, text }) => `Add to ${into}:\n\n${indent(text)}\n`);
  const next = [...install.map(commandText), ...plan.next].map((line) => `  ${line}\n`);
  return `${[...differing, ...pastes].join("")}Next:\n${next.join("")}`;
}

function commandText({ args, command }: InstallCommand): string {
  return [command, ...args.map((arg) => (arg.includes(" ") ? `"${arg}"` : arg))].join(" ");
}

function describeDifference({ path, text }: PlannedFile, read: (path: string) => string | null): string {
  return `${path} exists and stays. Differences of the new text (+) from it (-):\n\n${indent(differenceOf(read(path) ?? "", text))}\n`;
}

/** The lines of both texts, marked; the whole new text in versions of Node without `diff`. */
function differenceOf(before: string, after: string): string {
  if (typeof util.diff !== "function") return after;
  // 1: only in the first text. -1: only in the second one.
  const marked = util.diff(before.split("\n"), after.split("\n")).map(([side, line]) => {
    if (side === 0) return `  ${line}`;
    return side === 1 ? `- ${line}` : `+ ${line}`;
  });
  return marked.join("\n");
}

/** The name of a variable, without its value. */
function nameOf(line: string): string {
  return line.replace(/=.*$/, "");
}

function indent(text: string): string {
  return text
    .trimEnd()
    .replaceAll(/^(?=.)/gm, "    ")
    .concat("\n");
}
