/**
 * The typed client of a Safelight server, for browsers, React Native and servers.
 *
 * @module
 */
export type {
  ActiveOptions,
  CallOptions,
  ClientOptions,
  CreditsOptions,
  EventsOptions,
  GalleryOptions,
  GetOptions,
  ListOptions,
  Position,
  RetryOptions,
  SubmitOptions,
  UploadOptions,
  WaitOptions,
} from "./lib/call-options.js";
export type { AnySafelightClient, ConnectionState, SafelightClient, SafelightEvent } from "./lib/client.js";
export { createSafelightClient } from "./lib/create-safelight-client.js";
export { isRefusal } from "./lib/requests/is-refusal.js";
export { SafelightError, type SafelightErrorOptions } from "./lib/requests/safelight-error.js";
