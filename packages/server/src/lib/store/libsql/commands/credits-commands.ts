import { sha256Hex } from "../../../bytes/sha256-hex.js";
import type { CreditsStore } from "../../../ports/store/credits-store.js";
import { erasureArguments } from "../../arguments/erasure-arguments.js";
import { auditChecks } from "../statements/audit.js";
import { adjustStatements, readEntryKeyStatement, toHostKey } from "../statements/credits.js";
import { entriesPage, getBalance, readCosts } from "../statements/reads.js";
import type { Session } from "./session.js";

/** Commands of the ledger. */
export function creditsCommands(session: Session): CreditsStore {
  return {
    async adjust({ accountId, kind, amount, reason, key, initialGrant, erasures }) {
      const token = session.createToken();
      const args = {
        accountId,
        kind,
        amount,
        reason,
        key: toHostKey(key),
        initialGrant,
        token,
        keyHash: await hashOf(accountId, key),
        ...erasureArguments(erasures),
      };
      const [row] = await session.write(adjustStatements, args);
      const balance = Number(row?.balance);
      if (row?.applied === 1) return { type: "applied", balance };
      if (row?.entry_amount === null) {
        if (row.is_erased === 1) return { type: "owner_erased" };
        return amount < 0 ? { type: "refused", available: balance } : { type: "too_much", balance };
      }
      return row?.entry_amount === amount && row.entry_kind === kind
        ? { type: "replayed", balance }
        : { type: "mismatch" };
    },

    async readEntryKey() {
      const [row] = await session.read(readEntryKeyStatement, {});
      return String(row?.value);
    },

    async listCredits({ accountId, limit, before }) {
      const args = { accountId, before, limit: limit + 1 };
      const [[account], rows] = await session.readAll([getBalance, entriesPage], args);
      return { balance: account?.balance ?? null, entries: rows.slice(0, limit), hasMore: rows.length > limit };
    },

    readCosts: ({ from, to }) => session.read(readCosts, { from: firstIdAt(from), to: firstIdAt(to) }),

    async audit(options = { storingGraceMs: 3_600_000 }) {
      const checks = Object.entries(auditChecks);
      const results = await session.readAll(
        checks.map(([, statement]) => statement),
        { storingGraceMs: Math.ceil(options.storingGraceMs) },
      );
      return checks.flatMap(([check], index) =>
        (results[index] ?? []).map((row) => ({ check, subject: String(row.subject), detail: String(row.detail) })),
      );
    },
  };
}

/** Hash of an account and a key of the host, which does not reveal them. */
function hashOf(accountId: string, key: string): Promise<string> {
  return sha256Hex(new TextEncoder().encode(JSON.stringify([accountId, key])));
}

/** Max value of six bytes. */
const latest = 0xffff_ffff_ffff;

/** Ids of generations are UUIDs of version 7, which begin with their milliseconds. */
function firstIdAt(milliseconds: number): string {
  const hex = Math.min(Math.max(Math.floor(milliseconds), 0), latest)
    .toString(16)
    .padStart(12, "0");
  return `gen_${hex.slice(0, 8)}-${hex.slice(8)}`;
}
