import { parseArgs } from "node:util";
import type { AuditViolation } from "../ports/credits-store.js";
import { StoreUnavailable } from "../ports/store-unavailable.js";
import { openExistingStore } from "../store/libsql/open-existing-store.js";

/** What a command leaves behind. */
export interface CommandOutcome {
  /** 0: everything holds. 1: it does not. 2: it could not be told. */
  readonly exitCode: 0 | 1 | 2;
  readonly output: string;
  readonly errors: string;
}

const usage = `safelight audit <url> [--json]

Recomputes every balance and every resolution from the ledger and lists what does not add up. Reads only.

  <url>   file:safelight.db, or the address of a libSQL server; its token is read from SAFELIGHT_AUTH_TOKEN
  --json  a list of { check, subject, detail } instead of lines

Ends with 0 when the books are right, 1 when they are not, 2 when they could not be read.
`;

/**
 * Runs the command line.
 *
 * @param args what stands after the program's name.
 */
export async function runCommand(
  args: readonly string[],
  environment: { readonly SAFELIGHT_AUTH_TOKEN?: string | undefined },
): Promise<CommandOutcome> {
  const parsed = parse(args);
  if (typeof parsed === "string") return { exitCode: 2, output: "", errors: `${parsed}\n\n${usage}` };
  if (parsed.help) return { exitCode: 0, output: usage, errors: "" };
  try {
    const violations = await audit(parsed.url, environment.SAFELIGHT_AUTH_TOKEN);
    const output = parsed.json ? `${JSON.stringify(violations)}\n` : toLines(violations);
    return { exitCode: violations.length === 0 ? 0 : 1, output, errors: "" };
  } catch (error) {
    return { exitCode: 2, output: "", errors: `The books could not be read: ${reasonOf(error)}\n` };
  }
}

interface Arguments {
  readonly url: string;
  readonly json: boolean;
  readonly help: boolean;
}

/** Answers what is wrong with them where something is. */
function parse(args: readonly string[]): Arguments | string {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: "boolean", default: false }, help: { type: "boolean", short: "h", default: false } },
    });
    const [command, url, ...more] = positionals;
    if (values.help) return { url: "", json: false, help: true };
    if (command !== "audit") return command === undefined ? "Say what to do." : `There is no command "${command}".`;
    if (url === undefined || more.length > 0) return "Give the URL of one database.";
    if (!isUrl(url)) return `"${url}" is no URL. A file is named by file:${url}`;
    return { url, json: values.json, help: false };
  } catch (error) {
    return messageOf(error);
  }
}

/** One letter and a colon is a drive. */
function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(text);
}

async function audit(url: string, authToken: string | undefined): Promise<readonly AuditViolation[]> {
  const store = await openExistingStore({ url, authToken });
  try {
    return await store.audit();
  } finally {
    await store.close();
  }
}

function toLines(violations: readonly AuditViolation[]): string {
  if (violations.length === 0) return "The books are right.\n";
  const lines = violations.map(({ check, subject, detail }) => `${check}  ${subject}  ${detail}\n`);
  return `${lines.join("")}${violations.length} violations.\n`;
}

/** With what lies behind it, which says what to do where the store only says that it could not. */
function reasonOf(error: unknown): string {
  if (!(error instanceof StoreUnavailable) || error.cause === undefined) return messageOf(error);
  return `${error.message} (${messageOf(error.cause)})`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
