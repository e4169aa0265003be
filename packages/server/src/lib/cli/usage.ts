import type { Command } from "./command.js";

const urls = `  <url>  file:safelight.db, postgres://user@host/db, or the address of a libSQL server, whose token is read from
         SAFELIGHT_AUTH_TOKEN. Postgres needs the package pg in your project
  --schema public, --prefix safelight_  those of the tables in Postgres`;

const exitCodes = `Exit code: 0 on success; 1 if audit found violations, doctor found problems, or you refused the plan of init; 2 if the command failed,
or read a database that has moved.`;

/** The usage of the command line. */
export function usageOf(commands: ReadonlyMap<string, Command>): string {
  const forms = [...commands.values()].flatMap(({ synopsis }) => synopsis);
  return `${forms.map((form) => `safelight ${form}\n`).join("")}
safelight <command> --help prints the options of one command.

${urls}

${exitCodes}
`;
}

/** The usage of one command. */
export function helpOf({ help, synopsis }: Command): string {
  const common = synopsis.some((form) => form.includes("<url>")) ? `\n\n${urls}` : "";
  return `${synopsis.map((form) => `safelight ${form}\n`).join("")}\n${help}${common}\n`;
}
