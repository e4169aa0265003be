import type { SafelightApp } from "@safelight/client/contract";
import type { DirectSafelightHooks } from "./safelight-hooks.js";
import type { SafelightManyHooks } from "./safelight-many-hooks.js";
import type { SafelightNoticeHooks } from "./safelight-notice-hooks.js";
import type { SafelightQuoteHooks } from "./safelight-quote-hooks.js";
import type { SafelightSuspenseHooks } from "./safelight-suspense-hooks.js";

/**
 * Registers the app whose models type the hooks that are imported directly.
 *
 * @example
 * ```ts
 * import type { App } from "./safelight";
 *
 * declare module "@safelight/react" {
 *   interface Register {
 *     app: App;
 *   }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: the host augments it
export interface Register {}

/**
 * Type of each direct hook while {@link Register} is empty. It is not callable, so the compiler error shows its name and
 * its key, which is the fix.
 */
export interface NoAppIsRegistered {
  readonly "declare module '@safelight/react' { interface Register { app: App } }": never;
}

/** The hooks of the registered app. */
export type RegisteredHooks = Register extends { readonly app: infer App extends SafelightApp }
  ? DirectSafelightHooks<App>
  : { readonly [Hook in keyof DirectSafelightHooks<SafelightApp>]: NoAppIsRegistered };

/** The suspense hooks of the registered app. */
export type RegisteredSuspenseHooks = Register extends { readonly app: infer App extends SafelightApp }
  ? SafelightSuspenseHooks<App>
  : { readonly [Hook in keyof SafelightSuspenseHooks<SafelightApp>]: NoAppIsRegistered };

/** The group hook of the registered app. */
export type RegisteredManyHooks = Register extends { readonly app: infer App extends SafelightApp }
  ? SafelightManyHooks<App>
  : { readonly [Hook in keyof SafelightManyHooks<SafelightApp>]: NoAppIsRegistered };

/** The quote hook of the registered app. */
export type RegisteredQuoteHooks = Register extends { readonly app: infer App extends SafelightApp }
  ? SafelightQuoteHooks<App>
  : { readonly [Hook in keyof SafelightQuoteHooks<SafelightApp>]: NoAppIsRegistered };

/** The notice hooks of the registered app. */
export type RegisteredNoticeHooks = Register extends { readonly app: infer App extends SafelightApp }
  ? SafelightNoticeHooks<App>
  : { readonly [Hook in keyof SafelightNoticeHooks<SafelightApp>]: NoAppIsRegistered };
