import type { AuditViolation, CreditsStore } from "../../../ports/store/credits-store.js";
import { adjustArguments, costsArguments } from "../../arguments/credits-arguments.js";
import { toAdjustVerdict } from "../../rows/adjust-verdict.js";
import { adjust } from "../functions/credits/adjust.js";
import { auditChecks } from "../reads/audit.js";
import { creditsPage, entryKey, readCosts } from "../reads/credits.js";
import type { StatementRunner } from "./statement-runner.js";

export const creditsFunctions = [adjust];

/** Adjusts balances, and reads the ledger, the costs of vendors and the audit. */
export function creditsCommands(runner: StatementRunner): CreditsStore {
  return {
    async adjust(command) {
      const args = { ...(await adjustArguments(command)), token: runner.createToken() };
      const row = await runner.call(adjust, args);
      if (row === null) throw new Error(`The adjustment of ${command.accountId} returned no verdict.`);
      return toAdjustVerdict(command, row);
    },

    async readEntryKey() {
      return String((await runner.read(entryKey, {})).setting[0]?.value);
    },

    async listCredits({ accountId, limit, before }) {
      const { account, entries } = await runner.read(creditsPage, { accountId, before, limit: limit + 1 });
      return {
        balance: account[0]?.balance ?? null,
        entries: entries.slice(0, limit),
        hasMore: entries.length > limit,
      };
    },

    async readCosts(span) {
      return (await runner.read(readCosts, costsArguments(span))).costs;
    },

    async audit({ storingGraceMs } = { storingGraceMs: 3_600_000 }) {
      const violations: AuditViolation[] = [];
      // One at a time: each has a snapshot of its own, and other statements use the connections in between.
      for (const check of auditChecks) {
        const rows = await runner.read(check, { storingGraceMs: Math.ceil(storingGraceMs) });
        violations.push(...rows.violations.map((row) => ({ check: check.name, ...row })));
      }
      return violations;
    },
  };
}
