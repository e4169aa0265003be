import type { HostCredits } from "../ledger/authorizing.js";
import type { DatabaseCredits } from "../ledger/same-database.js";
import { invalidOption } from "../ports/setup-error.js";
import type { Store } from "../ports/store/store.js";

/**
 * Checks the options of `authorizing` or `sameDatabase`, and returns them.
 *
 * @throws {TypeError} for a missing function, a `balance` that is no function, or an invalid statement.
 */
export function checkHostCredits<Credits extends HostCredits | DatabaseCredits>(credits: Credits): Credits {
  if (credits.kind === "sameDatabase") {
    for (const name of ["take", "give"] as const) checkStatement(credits[name], name);
  } else {
    const missing = (["authorize", "capture", "release"] as const).find((name) => typeof credits[name] !== "function");
    if (missing !== undefined) throw invalidOption(`credits needs authorizing({ ${missing} }), a function.`);
  }
  if (credits.balance === undefined || typeof credits.balance === "function") return credits;
  throw invalidOption("credits.balance must be a function, or be omitted.");
}

/** Passes the statements of `sameDatabase` to the store. @throws {TypeError} if the store cannot run them. */
export function passHostStatements(store: Store, credits: HostCredits | DatabaseCredits | undefined): void {
  if (credits?.kind !== "sameDatabase") return;
  if (store.useHostBalances === undefined)
    throw invalidOption(
      "credits: sameDatabase needs a libSQL file or Postgres as the store. Use authorizing with this one.",
    );
  store.useHostBalances(credits);
}

/** An UPDATE without the account would change every row: the submit or the end would fail at its first use. */
const updateOfAccount = /^\s*update\b[^;]*\bwhere\b[^;]*=\s*:accountId\b[^;]*$/i;
const parameter = /'[^']*'|(?<!:):([a-zA-Z]\w*)/g;

function checkStatement(statement: unknown, name: "take" | "give"): void {
  const example = `UPDATE users SET credits = credits ${name === "take" ? "-" : "+"} :credits WHERE id = :accountId`;
  const isUpdate = typeof statement === "string" && updateOfAccount.test(statement) && statement.includes(":credits");
  if (!isUpdate || /\breturning\b/i.test(statement))
    throw invalidOption(
      `credits.${name} must be one UPDATE with :credits and "= :accountId", and no semicolon or RETURNING, such as "${example}".`,
    );
  for (const [, found] of statement.matchAll(parameter)) {
    if (found === undefined || ["accountId", "credits", "key"].includes(found)) continue;
    throw invalidOption(`Unknown parameter :${found} in credits.${name}: use :accountId, :credits and :key.`);
  }
}
