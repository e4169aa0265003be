import { dirname, join, resolve } from "node:path";
import { type DatabaseSettings, parseDatabase } from "./database-settings.ts";
import { type Environment, readOrigin, readVariable, SettingsError } from "./environment.ts";
import { parseVendors, type VendorSettings } from "./vendor-settings.ts";

const roles = ["all", "web", "worker", "migrate"] as const;

/**
 * `web` serves pages and API only, `worker` runs generations only, `all` does both. `migrate` creates or upgrades the
 * tables and exits.
 */
export type Role = (typeof roles)[number];

/** Settings of the demo, from its environment. */
export interface Settings {
  /** 0 selects a free port. */
  readonly port: number;
  /** Address to listen on; `null` is all interfaces, which phones and containers need. */
  readonly host: string | null;
  readonly role: Role;
  readonly database: DatabaseSettings;
  /** Absolute path that the demo's own files start with: `.secret`, `.vendor` and `.handover` follow. */
  readonly filePrefix: string;
  /** Absolute path of the folder for images. */
  readonly storageFolder: string;
  /** Credits of a new visitor. */
  readonly grant: number;
  /** Duration of one step of the model `demo`, in milliseconds. */
  readonly stepMs: number;
  /** Whether models of video and audio are offered. */
  readonly offersMedia: boolean;
  /** `null`: created on the first start, in a file next to the database. */
  readonly secret: string | null;
  /** Public origin of the demo; `null`: vendors send no webhooks and are polled, and receive input images as bytes. */
  readonly publicUrl: string | null;
  /** Vendors whose models are offered in addition to `demo`. */
  readonly vendors: VendorSettings;
}

/** In characters. A shorter secret could be guessed, and with it the signature of any cookie or image URL. */
const minSecretLength = 16;

/**
 * Reads the settings from an environment.
 *
 * @param folder the demo's own folder, the base of relative paths.
 * @throws {SettingsError} when a variable is invalid.
 */
export function parseSettings(environment: Environment, folder: string): Settings {
  const dataFolder = resolve(folder, readVariable(environment, "DEMO_DATA") ?? ".data");
  const database = parseDatabase({ environment, folder, dataFolder });
  const filePrefix = database.kind === "file" ? database.path : join(dataFolder, "demo");
  return {
    port: parseInteger({ environment, name: "PORT", fallback: 3000, min: 0, max: 65_535 }),
    host: readVariable(environment, "HOST"),
    role: parseRole(readVariable(environment, "DEMO_ROLE") ?? "all"),
    database,
    filePrefix,
    storageFolder: resolve(folder, readVariable(environment, "DEMO_STORAGE") ?? join(dirname(filePrefix), "media")),
    grant: parseInteger({ environment, name: "DEMO_GRANT", fallback: 100, min: 0, max: Number.MAX_SAFE_INTEGER }),
    stepMs: parseInteger({ environment, name: "DEMO_STEP_MS", fallback: 400, min: 1, max: 60_000 }),
    offersMedia: readVariable(environment, "DEMO_MEDIA") === "1",
    secret: parseSecret(readVariable(environment, "DEMO_SECRET")),
    publicUrl: readOrigin(environment, "DEMO_PUBLIC_URL"),
    vendors: parseVendors(environment, folder),
  };
}

function parseRole(text: string): Role {
  const role = roles.find((known) => known === text);
  if (role !== undefined) return role;
  throw new SettingsError(`Invalid DEMO_ROLE "${text}": use all, web, worker or migrate`);
}

function parseSecret(secret: string | null): string | null {
  if (secret === null || secret.length >= minSecretLength) return secret;
  throw new SettingsError(
    `DEMO_SECRET is too short: use at least ${minSecretLength} characters, or unset it to create one`,
  );
}

function parseInteger(options: {
  readonly environment: Environment;
  readonly name: string;
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}): number {
  const { environment, name, fallback, min, max } = options;
  const text = readVariable(environment, name);
  if (text === null) return fallback;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new SettingsError(`Invalid ${name} "${text}": use an integer from ${min} to ${max}`);
}
