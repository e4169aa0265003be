import type { AuditViolation } from "../ports/store/credits-store.js";
import type { Command } from "./command.js";
import { parseArguments } from "./parse-arguments.js";
import { databaseOptions, parseDatabase, withDatabase } from "./with-database.js";

/** Recomputes the ledger. */
export const auditCommand: Command = {
  synopsis: ["audit <url> [--json]"],
  help: `Recomputes every balance and every resolution from the ledger and lists each violation. Read-only.

  --json  a list of { check, subject, detail }`,
  failure: "Could not read the ledger",
  async run(args, context) {
    const { positionals, values } = parseArguments(args, databaseOptions);
    return withDatabase({ ...parseDatabase(positionals, values), isReadonly: true, context }, async (store) => {
      const violations = await store.audit();
      const output = values.json ? `${JSON.stringify(violations)}\n` : toLines(violations);
      return { exitCode: violations.length === 0 ? 0 : 1, output, errors: "" };
    });
  },
};

function toLines(violations: readonly AuditViolation[]): string {
  if (violations.length === 0) return "The ledger is consistent.\n";
  const lines = violations.map(({ check, subject, detail }) => `${check}  ${subject}  ${detail}\n`);
  return `${lines.join("")}${violations.length} violations.\n`;
}
