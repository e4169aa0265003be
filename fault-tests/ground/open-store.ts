import type { Store } from "../../packages/server/src/lib/ports/store/store.js";
import { openLibsqlStore } from "./open-libsql-store.js";
import { openPostgresStore } from "./open-postgres-store.js";
import type { OpenOptions } from "./proving-ground.js";

/** Opens the database of a ground, in any process. */
export function openStore(url: string, options: OpenOptions = {}): Store {
  return url.startsWith("postgres:") ? openPostgresStore(url, options) : openLibsqlStore(url, options);
}
