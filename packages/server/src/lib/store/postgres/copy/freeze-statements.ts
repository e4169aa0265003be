import { frozenState } from "../../calls/frozen-database.js";
import type { Freeze } from "../../copy/copied-database.js";
import { copiedTables, localSettings } from "../../copy/copied-tables.js";
import { freezeMessage } from "../../copy/freeze-message.js";
import { type Names, withNames } from "../text/names.js";

/** `migrations`, too: a newer release must not migrate a frozen database. */
const tables = [...copiedTables.map(({ name }) => name), "migrations"];

/**
 * The function by which the triggers refuse each change of a row, by any process. A command that would change nothing
 * succeeds. Two settings may change: the freeze itself and, during the copy, the value by which `/health` tries a write: a
 * server that serves reads stays ready. A starting server may insert its secret again, which changes nothing.
 */
export function freezeFunction(freeze: Freeze, names: Names): string {
  const { freeze: own, trial } = localSettings;
  const exempt = freeze.phase === "copying" ? `'${own}', '${trial}'` : `'${own}'`;
  const body = withNames(
    `BEGIN
      IF TG_TABLE_NAME = '${names.prefix}settings' AND TG_OP <> 'DELETE' THEN
        IF NEW.name IN (${exempt}) THEN RETURN NEW; END IF;
        IF TG_OP = 'INSERT' AND EXISTS (SELECT 1 FROM @settings WHERE name = NEW.name) THEN RETURN NEW; END IF;
      END IF;`,
    names,
  );
  return `CREATE OR REPLACE FUNCTION ${functionName(names)}() RETURNS trigger LANGUAGE plpgsql AS $frozen$ ${body}
      RAISE EXCEPTION USING ERRCODE = '${frozenState}', MESSAGE = '${freezeMessage(freeze)}';
    END $frozen$`;
}

/**
 * One statement for each table, to be committed one by one. Each waits for the writes of its table that are in progress,
 * and holds no lock of another table, so that no command deadlocks with it.
 */
export function freezeTriggers(names: Names): readonly string[] {
  return tables.map(
    (
      table,
    ) => `CREATE OR REPLACE TRIGGER safelight_frozen BEFORE INSERT OR UPDATE OR DELETE ON ${tableName(table, names)}
      FOR EACH ROW EXECUTE FUNCTION ${functionName(names)}()`,
  );
}

export function unfreezeStatements(names: Names): readonly string[] {
  return [
    ...tables.map((table) => `DROP TRIGGER IF EXISTS safelight_frozen ON ${tableName(table, names)}`),
    `DROP FUNCTION IF EXISTS ${functionName(names)}()`,
  ];
}

function functionName(names: Names): string {
  return withNames("@refuse_write", names);
}

function tableName(table: string, names: Names): string {
  return withNames(`@${table}`, names);
}
