import type { AuditViolation, CreditsStore } from "../../../ports/store/credits-store.js";
import { adjustArguments, costsArguments } from "../../arguments/credits-arguments.js";
import { type AdjustedRow, toAdjustVerdict } from "../../rows/adjust-verdict.js";
import { auditChecks } from "../statements/audit.js";
import { adjustStatements, readEntryKeyStatement } from "../statements/credits.js";
import { entriesPage, getBalance, readCosts } from "../statements/reads.js";
import type { StatementRunner } from "./statement-runner.js";

/** Adjusts balances, and reads the ledger, the costs of vendors and the audit. */
export function creditsCommands(runner: StatementRunner): CreditsStore {
  return {
    async adjust(command) {
      const args = { ...(await adjustArguments(command)), token: runner.createToken() };
      const [row] = await runner.write<AdjustedRow>(adjustStatements, args);
      if (row === undefined) throw new Error(`The adjustment of ${command.accountId} returned no verdict.`);
      return toAdjustVerdict(command, row);
    },

    async readEntryKey() {
      const [row] = await runner.read(readEntryKeyStatement, {});
      return String(row?.value);
    },

    async listCredits({ accountId, limit, before }) {
      const args = { accountId, before, limit: limit + 1 };
      const [[account], rows] = await runner.readAll([getBalance, entriesPage], args);
      return { balance: account?.balance ?? null, entries: rows.slice(0, limit), hasMore: rows.length > limit };
    },

    async readCosts(span) {
      const [costs] = await runner.readAllLong([readCosts], costsArguments(span));
      return costs;
    },

    async audit(options = { storingGraceMs: 3_600_000 }) {
      const violations: AuditViolation[] = [];
      // One at a time: each has a snapshot of its own, and other commands run in between.
      for (const [check, statement] of Object.entries(auditChecks)) {
        const [rows] = await runner.readAllLong([statement], { storingGraceMs: Math.ceil(options.storingGraceMs) });
        violations.push(...rows.map((row) => ({ check, subject: String(row.subject), detail: String(row.detail) })));
      }
      return violations;
    },
  };
}
