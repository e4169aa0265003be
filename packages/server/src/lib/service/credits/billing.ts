import { ServiceError } from "../errors/service-error.js";

/** The billing options of the host. */
export interface Billing {
  /** Credits of a new account. Safe integer ≥ 0. */
  readonly initialGrant: number;
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
