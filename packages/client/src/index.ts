/**
 * The typed client of a Safelight server, for browsers, React Native and servers.
 *
 * @module
 */
export type {
  ActiveOptions,
  AnySafelightClient,
  CallOptions,
  ClientOptions,
  ConnectionState,
  CreditsOptions,
  EventsOptions,
  GetOptions,
  ListOptions,
  Position,
  RetryOptions,
  SafelightClient,
  SafelightEvent,
  SubmitOptions,
  WaitOptions,
} from "./lib/client.js";
export { createSafelightClient } from "./lib/create-safelight-client.js";
export { SafelightError, type SafelightErrorOptions } from "./lib/requests/safelight-error.js";
