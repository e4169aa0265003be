import { docsPage } from "../../ports/docs-page.js";

/**
 * The checks of `safelight doctor` with their levels. An error breaks the server, or will in production; a warning may be
 * intended.
 */
export const checks = {
  // The project, from its files.
  "node-version": "error",
  "server-missing": "error",
  "not-mounted": "error",
  "worker-not-started": "warning",
  "server-code-in-client": "error",
  "packages-missing": "error",
  "packages-differ": "error",
  "several-copies": "error",
  "peer-missing": "error",
  "peer-version": "error",
  "module-type": "warning",
  "tsconfig-resolution": "error",
  "drizzle-filter": "error",
  "proxy-matcher": "warning",
  "secret-in-code": "error",
  "secret-missing": "warning",
  "secret-short": "error",
  "variable-missing": "warning",
  "files-in-git": "error",
  "storage-folder": "error",
  "disk-space": "warning",
  // The database.
  "database-unreachable": "error",
  "database-moved": "error",
  "no-tables": "error",
  "schema-unusable": "error",
  "schema-pending": "warning",
  "schema-parts-missing": "error",
  "database-clock": "error",
  ledger: "error",
  unclaimed: "error",
  stuck: "warning",
  "unknown-outcomes": "warning",
  "provider-misconfigured": "error",
  // The running server.
  "server-unreachable": "error",
  "server-unmounted": "error",
  "server-unhealthy": "error",
  "server-clock": "error",
  "without-https": "warning",
  "open-to-everyone": "warning",
  "cross-origin-open": "error",
  "webhooks-blocked": "warning",
  "stream-blocked": "error",
  "stream-compressed": "error",
} as const satisfies Readonly<Record<string, "error" | "warning">>;

export type CheckId = keyof typeof checks;

/** A problem that a check found. */
export interface Finding {
  readonly id: CheckId;
  readonly level: "error" | "warning";
  /** The problem, in one sentence. */
  readonly message: string;
  /** The remedy, in one sentence. */
  readonly fix: string;
  /** The page of the check: its meaning, and the remedy in full. */
  readonly docs: string;
}

export function finding(id: CheckId, { fix, message }: Pick<Finding, "fix" | "message">): Finding {
  return { id, level: checks[id], message, fix, docs: docsPage("doctor", id) };
}
