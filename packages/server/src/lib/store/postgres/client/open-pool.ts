import type { Pool } from "pg";
import { importPeer } from "../../../process/import-peer.js";
import { checkNames, type Names } from "../text/names.js";
import { ignoreIdleErrors } from "./pg-pool.js";

/** In milliseconds. A host that drops packets would never respond. */
const connectTimeoutMs = 10_000;

/** A pool that its opener closes. */
export interface OpenedPool {
  readonly pool: Pool;
  /** Names the database and the tables, without the user, the password and the parameters. */
  readonly label: string;
}

/** Whether a URL names a database in Postgres. */
export function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:/i.test(url);
}

/**
 * Connects to a Postgres database for a command of the terminal. Creates nothing.
 *
 * @throws {TypeError} for an invalid URL, schema or prefix.
 * @throws {Error} if `pg` is not installed, or the database cannot be reached. No message contains the password.
 */
export async function openPool(url: string, names: Names): Promise<OpenedPool> {
  checkNames(names);
  const label = labelOf(url, names);
  const { default: pg } = await importPeer("pg", () => import("pg"));
  const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: connectTimeoutMs });
  ignoreIdleErrors(pool);
  try {
    await pool.query("SELECT 1");
  } catch (error) {
    await pool.end();
    throw new Error(`Could not connect to ${label}: ${messageOf(error)}`, { cause: error });
  }
  return { pool, label };
}

function labelOf(url: string, { prefix, schema }: Names): string {
  // `pg` accepts `postgres://user@/db?host=…`; `URL` rejects an empty host, so insert a placeholder.
  const text = url.replace("@/", "@none/");
  const parsed = URL.canParse(text) ? new URL(text) : null;
  // A password with one of the delimiters of a URL ends up in another part of it, which would be printed.
  if (parsed === null || parsed.hash !== "" || `${parsed.pathname}${parsed.search}`.includes("@")) {
    throw new TypeError(
      'Invalid URL of a Postgres database: encode "/", "?", "#" and "@" of the password, such as %23.',
    );
  }
  const { hostname, pathname, port, searchParams } = parsed;
  const server = hostname === "" || text !== url ? (searchParams.get("host") ?? "") : hostname;
  const ownPort = searchParams.get("port") ?? port;
  // Two URLs of one database must have one label.
  const at = ["", "5432"].includes(ownPort) ? server : `${server}:${ownPort}`;
  const isDefault = schema === "public" && prefix === "safelight_";
  return `postgres://${at}${pathname}${isDefault ? "" : ` (${schema}.${prefix})`}`;
}

function messageOf(error: unknown): string {
  // Several addresses of one host: Node reports them together, without a message.
  const [first] = error instanceof AggregateError ? error.errors : [error];
  return first instanceof Error ? first.message : String(first);
}
