import { lockName } from "../text/advisory-locks.js";
import { defineHelper } from "../text/define-function.js";

/**
 * Locks the names of owners and accounts, in their order. A row that is absent cannot be locked, so every command that
 * creates or erases an owner or an account takes the locks of its names, before any row.
 */
export const lockNames = defineHelper({
  name: "lock_names",
  parameters: { first: "text", second: "text" },
  returns: "void",
  declare: "v_name text;",
  body: `
  FOR v_name IN SELECT DISTINCT n.name COLLATE "C" AS name FROM (VALUES (:first), (:second)) n (name)
    WHERE n.name IS NOT NULL ORDER BY 1
  LOOP
    ${lockName("v_name")};
  END LOOP;`,
});
