import { frozenState } from "../../calls/frozen-database.js";
import type { Freeze } from "../../copy/copied-database.js";
import { copiedTables, exemptSettings } from "../../copy/copied-tables.js";
import { freezeMessage, unfinishedMessage } from "../../copy/freeze-message.js";
import { type Names, withNames } from "../text/names.js";

/** `migrations`, too: a newer release must not migrate a frozen database. */
export const frozenTables: readonly string[] = [...copiedTables.map(({ name }) => name), "migrations"];

/**
 * The function by which the triggers refuse each change of a row, by any process. A command that would change nothing
 * succeeds: a starting server may insert its secret again.
 */
export function freezeFunction(freeze: Freeze, names: Names): string {
  const body = withNames(
    `BEGIN
      IF TG_TABLE_NAME = '${names.prefix}settings' AND TG_OP <> 'DELETE' THEN
        IF NEW.name IN (${exemptSettings(freeze.phase)}) THEN RETURN NEW; END IF;
        IF TG_OP = 'INSERT' AND EXISTS (SELECT 1 FROM @settings WHERE name = NEW.name) THEN RETURN NEW; END IF;
      END IF;`,
    names,
  );
  return `CREATE OR REPLACE FUNCTION ${functionName(names)}() RETURNS trigger LANGUAGE plpgsql AS $frozen$ ${body}
      RAISE EXCEPTION USING ERRCODE = '${frozenState}', MESSAGE = '${freezeMessage(freeze)}';
    END $frozen$`;
}

/**
 * Triggers that refuse each change of an unfinished copy, except in a transaction of this run that called `enterCopyTransaction`.
 * Replaces those of an earlier run.
 *
 * @param run a UUID.
 */
export function createCopyGuard(run: string, names: Names): readonly string[] {
  const refuse = withNames("@refuse_other", names);
  return [
    `CREATE OR REPLACE FUNCTION ${refuse}() RETURNS trigger LANGUAGE plpgsql AS $frozen$ BEGIN
      IF current_setting('${pageSetting}', true) = '${run}' THEN RETURN coalesce(NEW, OLD); END IF;
      RAISE EXCEPTION USING ERRCODE = '${frozenState}', MESSAGE = '${unfinishedMessage}';
    END $frozen$`,
    ...frozenTables.map(
      (table) => `CREATE OR REPLACE TRIGGER safelight_unfinished BEFORE INSERT OR UPDATE OR DELETE
        ON ${tableName(table, names)} FOR EACH ROW EXECUTE FUNCTION ${refuse}()`,
    ),
  ];
}

/** Lets all writes pass, without a lock of a table. */
export function openCopyGuard(names: Names): string {
  return passFunction(withNames("@refuse_other", names));
}

/** Removes the triggers, each of which waits for the statements that use its table. */
export function dropCopyGuard(names: Names): readonly string[] {
  return [
    ...frozenTables.map((table) => `DROP TRIGGER IF EXISTS safelight_unfinished ON ${tableName(table, names)}`),
    `DROP FUNCTION IF EXISTS ${withNames("@refuse_other", names)}()`,
  ];
}

/** A custom setting of Postgres that names the run which writes. */
const pageSetting = "safelight.copy_run";

/** Takes the run as `$1`. Lasts until the end of the transaction. */
export const enterCopyTransaction = `SELECT set_config('${pageSetting}', $1, true)`;

/** Selects the tables that are not frozen yet, by their name without the prefix. */
export const tablesWithoutTrigger = `SELECT name FROM (VALUES ${frozenTables.map((table) => `('${table}', '@${table}')`).join(", ")}) AS t (name, full_name)
  WHERE NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'safelight_frozen' AND tgrelid = full_name::regclass)`;

/**
 * Freezes one table. Commit it before freezing the next one: a transaction that locks one table cannot deadlock with a
 * command.
 *
 * @param options.isNew whether the table has no trigger. An existing trigger may have been passing writes
 *   (`passFunction`), so the statement waits for those in progress.
 */
export function freezeTable(
  table: string,
  { isNew, names }: { readonly isNew: boolean; readonly names: Names },
): string {
  if (!isNew) return `LOCK TABLE ${tableName(table, names)} IN SHARE MODE`;
  return `CREATE TRIGGER safelight_frozen BEFORE INSERT OR UPDATE OR DELETE ON ${tableName(table, names)}
    FOR EACH ROW EXECUTE FUNCTION ${functionName(names)}()`;
}

/** The trigger function that lets all writes pass. */
export function passWrites(names: Names): string {
  return passFunction(functionName(names));
}

function passFunction(name: string): string {
  return `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $frozen$ BEGIN
      RETURN coalesce(NEW, OLD);
    END $frozen$`;
}

export function unfreezeStatements(names: Names): readonly string[] {
  return [
    ...frozenTables.map((table) => `DROP TRIGGER IF EXISTS safelight_frozen ON ${tableName(table, names)}`),
    `DROP FUNCTION IF EXISTS ${functionName(names)}()`,
  ];
}

function functionName(names: Names): string {
  return withNames("@refuse_write", names);
}

function tableName(table: string, names: Names): string {
  return withNames(`@${table}`, names);
}
