import { frozenMark } from "../../calls/frozen-database.js";
import type { Freeze } from "../../copy/copied-database.js";
import { copiedTables, exemptSettings, localSettings } from "../../copy/copied-tables.js";
import { freezeMessage, unfinishedMessage } from "../../copy/freeze-message.js";

const operations = ["INSERT", "UPDATE", "DELETE"] as const;
type Operation = (typeof operations)[number];

/** `migrations`, too: a newer release must not migrate such a database. */
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
  const when = (table: string, operation: Operation) => (table === "settings" ? conditions[operation] : "true");
  return [...unfreezeStatements, ...createTriggers({ name: "frozen", when, message: freezeMessage(freeze) })];
}

export const unfreezeStatements: readonly string[] = dropTriggers("frozen");

/** A settings row that the copy inserts and deletes in one transaction, so that no other connection ever sees it. */
const page = `'${localSettings.page}'`;
const isPage = `EXISTS (SELECT 1 FROM safelight_settings WHERE name = ${page})`;

/** Triggers that refuse each change of an unfinished copy, except between `enterCopyTransaction` and `leaveCopyTransaction`. */
export function createCopyGuard(): readonly string[] {
  const when = (table: string, operation: Operation) => {
    const name = operation === "DELETE" ? "OLD.name" : "NEW.name";
    return table === "settings" ? `${name} <> ${page} AND NOT ${isPage}` : `NOT ${isPage}`;
  };
  return createTriggers({ name: "unfinished", when, message: unfinishedMessage });
}

export const dropCopyGuard: readonly string[] = dropTriggers("unfinished");
export const enterCopyTransaction = `INSERT INTO safelight_settings (name, value) VALUES (${page}, '')`;
export const leaveCopyTransaction = `DELETE FROM safelight_settings WHERE name = ${page}`;

interface Triggers {
  readonly name: string;
  readonly when: (table: string, operation: Operation) => string;
  /** Escaped for a quoted SQL literal. */
  readonly message: string;
}

function createTriggers({ message, name, when }: Triggers): readonly string[] {
  return forEachOperation(
    (table, operation) =>
      `CREATE TRIGGER safelight_${name}_${table}_${operation.toLowerCase()} BEFORE ${operation} ON safelight_${table}
        WHEN ${when(table, operation)}
        BEGIN SELECT RAISE(ABORT, '${frozenMark}${message}'); END`,
  );
}

function dropTriggers(name: string): readonly string[] {
  return forEachOperation(
    (table, operation) => `DROP TRIGGER IF EXISTS safelight_${name}_${table}_${operation.toLowerCase()}`,
  );
}

function forEachOperation(statement: (table: string, operation: Operation) => string): readonly string[] {
  return tables.flatMap((table) => operations.map((operation) => statement(table, operation)));
}
