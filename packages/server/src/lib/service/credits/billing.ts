import { ServiceError } from "../errors/service-error.js";

/** How the host bills. */
export interface Billing {
  /** What an account starts with. Safe integer ≥ 0. */
  readonly initialGrant: number;
}

/**
 * Passes billing on where there is any.
 *
 * @throws {ServiceError} not_found where the host does not bill
 */
export function requireBilling(billing: Billing | null): Billing {
  if (billing === null) throw new ServiceError("not_found", "This server keeps no credits (`credits: false`).");
  return billing;
}
