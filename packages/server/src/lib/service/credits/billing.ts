import type { HostCredits } from "../../ledger/authorizing.js";
import type { DatabaseCredits } from "../../ledger/same-database.js";
import { ServiceError } from "../errors/service-error.js";

/** The billing options of the host. */
export interface Billing {
  /** Credits of a new account. Safe integer ≥ 0; 0 if the host keeps the credits. */
  readonly initialGrant: number;
  /** The host's own credit system, or its table. Absent: the ledger keeps the credits. */
  readonly host?: HostCredits | DatabaseCredits | undefined;
}

/**
 * Asserts that the host bills.
 *
 * @throws {ServiceError} not_found if the host does not bill
 */
export function requireBilling(billing: Billing | null): Billing {
  if (billing === null) throw new ServiceError("not_found", "This server does not use credits (`credits: false`).");
  return billing;
}

/** Whether the ledger keeps credits. */
export function isLedgerUsed(billing: Billing | null): boolean {
  return billing !== null && billing.host === undefined;
}

/**
 * Asserts that the ledger keeps the credits.
 *
 * @throws {ServiceError} not_found if the host does not bill, or keeps the credits itself
 */
export function requireLedger(billing: Billing | null): Billing {
  const required = requireBilling(billing);
  if (required.host === undefined) return required;
  const detail = "The host keeps the credits itself (see the option `credits`): move them in its own system.";
  throw new ServiceError("not_found", detail);
}
