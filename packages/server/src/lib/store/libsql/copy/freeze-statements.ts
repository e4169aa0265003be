import { frozenMark } from "../../calls/frozen-database.js";
import type { Freeze } from "../../copy/copied-database.js";
import { copiedTables, exemptSettings } from "../../copy/copied-tables.js";
import { freezeMessage } from "../../copy/freeze-message.js";

const operations = ["INSERT", "UPDATE", "DELETE"] as const;
/** `migrations`, too: a newer release must not migrate a frozen database. */
const tables = [...copiedTables.map(({ name }) => name), "migrations"];

/**
 * Triggers that refuse each change of a row, by any process. A command that would change nothing succeeds: a starting
 * server may insert its secret again.
 */
export function freezeStatements(freeze: Freeze): readonly string[] {
  const exempt = exemptSettings(freeze.phase);
  const conditions = {
    INSERT: `NEW.name NOT IN (${exempt}) AND NOT EXISTS (SELECT 1 FROM safelight_settings WHERE name = NEW.name)`,
    UPDATE: `NEW.name NOT IN (${exempt})`,
    DELETE: `OLD.name NOT IN (${exempt})`,
  };
  const creates = tables.flatMap((table) =>
    operations.map((operation) => {
      const when = table === "settings" ? `WHEN ${conditions[operation]}` : "";
      return `CREATE TRIGGER ${nameOf(table, operation)} BEFORE ${operation} ON safelight_${table} ${when}
        BEGIN SELECT RAISE(ABORT, '${frozenMark}${freezeMessage(freeze)}'); END`;
    }),
  );
  return [...unfreezeStatements, ...creates];
}

export const unfreezeStatements: readonly string[] = tables.flatMap((table) =>
  operations.map((operation) => `DROP TRIGGER IF EXISTS ${nameOf(table, operation)}`),
);

function nameOf(table: string, operation: string): string {
  return `safelight_frozen_${table}_${operation.toLowerCase()}`;
}
