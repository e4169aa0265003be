import { defineHelper } from "../text/define-function.js";

/**
 * Runs a statement of the host on its table of balances. Returns the number of rows that it changed.
 *
 * The host may hold the row lock for a long time. Gives up after 250 ms, so that the retry (`retryCall`) frees the connection.
 */
export const changeHostBalance = defineHelper({
  name: "change_host_balance",
  parameters: { statement: "text", accountId: "text", credits: "bigint", id: "text" },
  returns: "bigint",
  settings: "SET lock_timeout = '250ms'",
  declare: "v_rows bigint;",
  body: `
  EXECUTE :statement USING :accountId, :credits, :id;
  GET DIAGNOSTICS v_rows = ROW_COUNT;
  RETURN v_rows;`,
});
