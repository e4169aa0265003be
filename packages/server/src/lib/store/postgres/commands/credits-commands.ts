import type { AuditViolation, CreditsStore } from "../../../ports/store/credits-store.js";
import { adjustArguments, costsArguments } from "../../arguments/credits-arguments.js";
import { toAdjustVerdict } from "../../rows/adjust-verdict.js";
import { adjust } from "../functions/owner/adjust.js";
import { auditChecks } from "../reads/audit.js";
import { creditsPage, entryKey, readCosts } from "../reads/credits.js";
import type { Session } from "./session.js";

export const creditsFunctions = [adjust];

/** Commands of the ledger. */
export function creditsCommands(session: Session): CreditsStore {
  return {
    async adjust(command) {
      const args = { ...(await adjustArguments(command)), token: session.createToken() };
      const row = await session.call(adjust, args);
      if (row === null) throw new Error(`The adjustment of ${command.accountId} returned no verdict.`);
      return toAdjustVerdict(command, row);
    },

    async readEntryKey() {
      return String((await session.read(entryKey, {})).setting[0]?.value);
    },

    async listCredits({ accountId, limit, before }) {
      const { account, entries } = await session.read(creditsPage, { accountId, before, limit: limit + 1 });
      return {
        balance: account[0]?.balance ?? null,
        entries: entries.slice(0, limit),
        hasMore: entries.length > limit,
      };
    },

    async readCosts(span) {
      return (await session.read(readCosts, costsArguments(span))).costs;
    },

    async audit({ storingGraceMs } = { storingGraceMs: 3_600_000 }) {
      const violations: AuditViolation[] = [];
      // One at a time: each has a snapshot of its own, and other statements use the connections in between.
      for (const check of auditChecks) {
        const rows = await session.read(check, { storingGraceMs: Math.ceil(storingGraceMs) });
        violations.push(...rows.violations.map((row) => ({ check: check.name, ...row })));
      }
      return violations;
    },
  };
}
