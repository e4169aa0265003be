import { createHash } from "node:crypto";
import type { Pool } from "pg";
import type { QueryClient } from "../src/lib/store/postgres/client/postgres-client.js";

/** A client that prepares each text once on a connection, under a name. */
export function namedStatements(pool: Pool): QueryClient {
  // A name has at most 63 characters.
  const nameOf = (text: string) => createHash("sha256").update(text).digest("base64");
  return { query: (text, values) => pool.query({ name: nameOf(text), text, values }) };
}
