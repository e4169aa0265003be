/** Deletes all rows of Safelight's tables in the schema `public` but those that the migrations insert. One statement. */
export const deleteRows = `DO $$
DECLARE name text;
BEGIN
  FOR name IN
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename LIKE 'safelight\\_%'
      AND tablename NOT IN ('safelight_migrations', 'safelight_function_sets')
  LOOP
    EXECUTE format('DELETE FROM %I', name)
      || CASE name WHEN 'safelight_settings' THEN $c$ WHERE name NOT IN ('entry_key', 'timeline')$c$ ELSE '' END;
  END LOOP;
END $$`;
