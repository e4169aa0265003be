import { type PgFunction, withUsed } from "../text/define-function.js";
import type { Names } from "../text/names.js";
import { textHash } from "../text/text-hash.js";

/*
 * Old and new releases run side by side, each with functions of its own. The database records the functions of each
 * release, and when a process of it last started or created them. Functions that only unused releases have are dropped.
 * A process may run for longer than that without a start. It creates its functions again when a call reports them as
 * missing, so no release has to know which processes still run.
 */

/** The functions of a release. */
interface FunctionSet {
  /** Hash of the names. */
  readonly id: string;
  /** The newest migration that the release knows. */
  readonly migration: number;
  /** Names without the prefix. */
  readonly functions: readonly string[];
}

/** Another process of the same release updates the record after this time only. */
const recordsEveryMs = 86_400_000;
/** Functions of a release are kept for this time after its last record. */
const keepsMs = 7 * 86_400_000;
/** The most recently used sets are always kept: a rollback finds its functions. */
const keptSets = 2;

const now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

export function functionSet(release: {
  readonly functions: readonly PgFunction[];
  readonly migrations: readonly { readonly id: number }[];
}): FunctionSet {
  const functions = withUsed(release.functions).map(({ name }) => name);
  return { id: textHash(functions.toSorted().join()), migration: release.migrations.at(-1)?.id ?? 0, functions };
}

/** A read that returns true if the set is recorded as used within a day. */
export function isRecorded({ id }: FunctionSet): string {
  return `SELECT to_json(EXISTS (
    SELECT 1 FROM @function_sets WHERE id = '${id}' AND used_at > ${now} - ${recordsEveryMs}
  ))::text AS j`;
}

/** Statements of a DO block that record the set as used, and drop the functions that only unused sets have. */
export function recordSet({ functions, id, migration }: FunctionSet, { prefix, schema }: Names): readonly string[] {
  const names = functions.map((name) => `'${prefix}${name}'`).join(", ");
  return [
    `INSERT INTO @function_sets (id, migration, functions, used_at)
      VALUES ('${id}', ${migration}, ARRAY[${names}]::text[], ${now})
      ON CONFLICT (id) DO UPDATE SET used_at = excluded.used_at`,
    `DECLARE
      v_dropped text[];
      v_function regprocedure;
    BEGIN
      WITH dropped AS (
        DELETE FROM @function_sets WHERE used_at < ${now} - ${keepsMs}
          AND id NOT IN (SELECT id FROM @function_sets ORDER BY used_at DESC LIMIT ${keptSets})
        RETURNING functions
      )
      SELECT array_agg(name) INTO v_dropped FROM dropped, unnest(functions) AS name;
      FOR v_function IN
        SELECT p.oid::regprocedure FROM pg_catalog.pg_proc p
        WHERE p.pronamespace = '"${schema}"'::regnamespace AND p.proname = ANY (v_dropped)
          AND NOT EXISTS (SELECT 1 FROM @function_sets s WHERE p.proname = ANY (s.functions))
      LOOP
        BEGIN
          EXECUTE 'DROP FUNCTION ' || v_function;
        -- A function of another role, or one that an object of the host uses, stays.
        EXCEPTION WHEN insufficient_privilege OR dependent_objects_still_exist THEN NULL;
        END;
      END LOOP;
    END`,
  ];
}
