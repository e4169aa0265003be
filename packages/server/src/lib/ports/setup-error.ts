import { docsPage } from "./docs-page.js";

/**
 * The codes of errors in the setup of a server: `createSafelight`, its adapters, and the schema of its database. Each has a
 * row in docs/errors.md.
 */
export const setupErrorCodes = [
  "option_unknown",
  "option_missing",
  "option_invalid",
  "secret_missing",
  "secret_short",
  "provider_incomplete",
  "provider_blocks",
  "price_without_credits",
  "package_missing",
  "database_url_invalid",
  "database_settings",
  "schema_pending",
  "schema_parts_missing",
  "schema_unreleased",
  "mounted_elsewhere",
] as const;

/** Stable code of an error in the setup of a server. */
export type SetupErrorCode = (typeof setupErrorCodes)[number];

/** The members of an error in the setup. A terminal prints them below the stack, since they are enumerable. */
export interface SetupFacts {
  readonly code: SetupErrorCode;
  /** The page of the code. */
  readonly docs: string;
}

/** The error for an option with an invalid value. */
export function invalidOption(message: string): TypeError & SetupFacts {
  return withSetupCode("option_invalid", new TypeError(message));
}

/** Adds the code and the address of its page to an error, which keeps its class. */
export function withSetupCode<Failure extends Error>(code: SetupErrorCode, error: Failure): Failure & SetupFacts {
  return Object.assign(error, { code, docs: docsPage("setup", code) });
}
