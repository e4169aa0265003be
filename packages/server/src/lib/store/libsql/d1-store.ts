import { checkOptionNames } from "../../model/check-option-names.js";
import { withSetupCode } from "../../ports/setup-error.js";
import type { Store } from "../../ports/store/store.js";
import { createStore, type LibsqlStoreOptions, storeOptionNames } from "./commands/create-store.js";
import { BatchExecutor } from "./executor/batch-executor.js";
import { type D1Binding, d1Client } from "./executor/d1-client.js";

/** Options of {@link d1Store}. */
export interface D1StoreOptions extends LibsqlStoreOptions {
  /** The binding, such as `env.DB`. Not a session of read replicas: a command must read its own writes. */
  readonly database: D1Binding;
  /**
   * Identifies the database: stores of one isolate with the same identity wake each other.
   *
   * @default "d1"
   */
  readonly identity?: string;
}

/**
 * Creates a store on Cloudflare D1. Each command is one batch, which D1 runs as one transaction. A busy or unreachable
 * database is retried for up to 5 seconds, then the command throws `StoreUnavailable`.
 *
 * @example
 * ```ts
 * import { env } from "cloudflare:workers";
 *
 * const store = d1Store({ database: env.DB });
 * ```
 * @throws {TypeError} if `database` is not a D1 binding.
 */
export function d1Store(options: D1StoreOptions): Store {
  checkOptionNames<D1StoreOptions>(options, {
    where: "d1Store",
    names: { database: "required", identity: true, ...storeOptionNames },
  });
  const { database, identity = "d1" } = options;
  if (typeof database?.prepare !== "function" || typeof database.batch !== "function") {
    throw withSetupCode(
      "option_missing",
      new TypeError("d1Store needs a D1 binding as `database`, such as env.DB: add it to `d1_databases`."),
    );
  }
  const executor = new BatchExecutor({
    client: d1Client(database),
    random: Math.random,
    busyTimeoutMs: 5_000,
    pollMs: 1_000,
  });
  return createStore(executor, { identity, options });
}
