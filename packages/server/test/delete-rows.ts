/** Deletes all rows of Safelight's tables in a schema but those that the migrations insert. One statement. */
export const deleteRowsOf = (schema: string): string => `DO $$
DECLARE name text;
BEGIN
  FOR name IN
    SELECT tablename FROM pg_tables
    WHERE schemaname = '${schema}' AND tablename LIKE 'safelight\\_%'
      AND tablename NOT IN ('safelight_migrations', 'safelight_function_sets')
  LOOP
    EXECUTE format('DELETE FROM %I.%I', '${schema}', name)
      || CASE name WHEN 'safelight_settings' THEN $c$ WHERE name NOT IN ('entry_key', 'timeline')$c$ ELSE '' END;
  END LOOP;
END $$`;

/** The same in the schema `public`. */
export const deleteRows = deleteRowsOf("public");
