import { withSetupCode } from "../../../ports/setup-error.js";

interface DatabaseSettings {
  readonly encoding: string;
  readonly isolation: string;
}

/**
 * Other encodings cannot store every text. At another isolation level, a command that waited for a lock would decide on
 * rows from before the wait.
 */
export function refuseSettings({ encoding, isolation }: DatabaseSettings): void {
  if (encoding !== "UTF8") {
    const message = `The database has the encoding ${encoding}; Safelight needs UTF8: create the database with it.`;
    throw withSetupCode("database_settings", new Error(message));
  }
  if (isolation === "read committed" || isolation === "read uncommitted") return;
  throw withSetupCode(
    "database_settings",
    new Error(
      `Transactions of this database run at "${isolation}"; Safelight needs "read committed". Change it for the user of ` +
        "the connection: ALTER ROLE … SET default_transaction_isolation = 'read committed'.",
    ),
  );
}
