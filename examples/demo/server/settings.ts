import { isAbsolute, join, resolve } from "node:path";
import { type Environment, readOrigin, readVariable, SettingsError } from "./environment.ts";
import { parseVendors, type VendorSettings } from "./vendor-settings.ts";

/** What this process does: everything, only HTTP, or only developing. */
export type Role = "all" | "web" | "worker";

/** How the demo was asked to run. */
export interface Settings {
  /** 0 lets the system choose a free one. */
  readonly port: number;
  /** Address to listen on; `null`: all interfaces, so that phones and containers reach it. */
  readonly host: string | null;
  readonly role: Role;
  /** Absolute path of the database's file. */
  readonly databaseFile: string;
  /** Absolute path of the folder that holds the pictures. */
  readonly storageFolder: string;
  /** Credits that a new visitor starts with. */
  readonly grant: number;
  /** Length of one developing step, in milliseconds. */
  readonly stepMs: number;
  /** `null`: one is made once and kept beside the database. */
  readonly secret: string | null;
  /** Origin at which the world reaches the demo; `null`: vendors cannot call back, nor fetch pictures to begin from. */
  readonly publicUrl: string | null;
  /** Whose models are offered beside the demo's own. */
  readonly vendors: VendorSettings;
}

/** Fewer characters than this can be guessed, and with them every visitor and every picture. */
const minSecretLength = 16;

/**
 * Reads the settings from an environment.
 *
 * @param folder the demo's own folder: relative paths start here.
 * @throws {SettingsError} when a variable makes no sense.
 */
export function parseSettings(environment: Environment, folder: string): Settings {
  const databaseFile = parseDatabase(readVariable(environment, "DEMO_DB") ?? "file:.data/demo.db", folder);
  return {
    port: parseInteger(environment, "PORT", { fallback: 3000, from: 0, to: 65_535 }),
    host: readVariable(environment, "HOST"),
    role: parseRole(readVariable(environment, "DEMO_ROLE") ?? "all"),
    databaseFile,
    storageFolder: resolve(folder, readVariable(environment, "DEMO_STORAGE") ?? join(databaseFile, "../media")),
    grant: parseInteger(environment, "DEMO_GRANT", { fallback: 100, from: 0, to: Number.MAX_SAFE_INTEGER }),
    stepMs: parseInteger(environment, "DEMO_STEP_MS", { fallback: 400, from: 1, to: 60_000 }),
    secret: parseSecret(readVariable(environment, "DEMO_SECRET")),
    publicUrl: readOrigin(environment, "DEMO_PUBLIC_URL"),
    vendors: parseVendors(environment, folder),
  };
}

function parseDatabase(url: string, folder: string): string {
  if (!url.startsWith("file:")) throw new SettingsError(`DEMO_DB must be a file: URL, not ${url}`);
  // Not through URL: it would take the relative file:.data/demo.db for the absolute /.data/demo.db.
  const path = decodeURI(url.slice("file:".length).replace(/^\/\/(localhost)?/, ""));
  if (path === "" || path.includes("?"))
    throw new SettingsError(`DEMO_DB must name a file and nothing else, not ${url}`);
  return isAbsolute(path) ? path : resolve(folder, path);
}

function parseRole(role: string): Role {
  if (role === "all" || role === "web" || role === "worker") return role;
  throw new SettingsError(`DEMO_ROLE must be all, web or worker, not ${role}`);
}

function parseSecret(secret: string | null): string | null {
  if (secret === null || secret.length >= minSecretLength) return secret;
  throw new SettingsError(
    `DEMO_SECRET must have at least ${minSecretLength} characters; leave it out to have one made`,
  );
}

function parseInteger(
  environment: Environment,
  name: string,
  { fallback, from, to }: { readonly fallback: number; readonly from: number; readonly to: number },
): number {
  const text = readVariable(environment, name);
  if (text === null) return fallback;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= from && value <= to) return value;
  throw new SettingsError(`${name} must be an integer from ${from} to ${to}, not ${text}`);
}
