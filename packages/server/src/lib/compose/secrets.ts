import type { Logger } from "../ports/logger.js";
import { withSetupCode } from "../ports/setup-error.js";
import type { Store } from "../ports/store/store.js";
import { singleFlight } from "../process/single-flight.js";
import { randomHex } from "../service/ids/random-ids.js";

const minSecretLength = 32;
const secretBytes = 32;

/**
 * Checks the host's secrets.
 *
 * @returns `null` if there are none and the store may create one.
 * @throws {TypeError} when a secret is too short, or missing in production.
 */
export function checkSecrets(
  secret: string | readonly string[] | undefined,
  environment: string | undefined,
): readonly string[] | null {
  if (secret === undefined) {
    if (environment !== "production") return null;
    throw withSetupCode(
      "secret_missing",
      new TypeError(
        "createSafelight needs a secret in production. Set SAFELIGHT_SECRET to the output of `openssl rand -hex 32`, and pass " +
          "`secret: process.env.SAFELIGHT_SECRET`.",
      ),
    );
  }
  const secrets = typeof secret === "string" ? [secret] : secret;
  if (secrets.length === 0 || secrets.some((text) => text.length < minSecretLength)) {
    throw withSetupCode("secret_short", new TypeError(`A secret must have at least ${minSecretLength} characters.`));
  }
  return secrets;
}

/**
 * Checks the secret of `POST /tick`.
 *
 * @returns `null` if there is none.
 * @throws {TypeError} when it is too short.
 */
export function checkTickSecret(secret: string | undefined): string | null {
  if (secret === undefined || secret.length >= minSecretLength) return secret ?? null;
  throw withSetupCode(
    "secret_short",
    new TypeError(`worker.tickSecret must have at least ${minSecretLength} characters.`),
  );
}

/** Returns `NODE_ENV`, or `undefined` if it is not set or the runtime has no `process`. */
export function currentEnvironment(): string | undefined {
  // Not every host is Node.js: the global type declares more than the runtime has.
  const { process } = globalThis as {
    readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> };
  };
  return process?.env?.NODE_ENV;
}

/** Creates a secret at its first use. All processes of the database get the first one that was stored. */
export function storedSecret({
  store,
  logger,
}: {
  readonly store: Store;
  readonly logger: Logger;
}): () => Promise<readonly string[]> {
  let cached: readonly string[] | null = null;
  const create = singleFlight(async (): Promise<readonly string[]> => {
    cached = [await store.readSecret(randomHex(secretBytes))];
    logger.warn("No secret is configured: using one from the database, for development only.", {
      event: "secret.created",
    });
    return cached;
  });
  return async () => cached ?? create();
}
