/** Values of environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const roles = ["all", "web", "worker", "migrate"] as const;

/** `web` serves pages and API, `worker` runs generations, `all` does both. `migrate` upgrades the tables and exits. */
export type Role = (typeof roles)[number];

/** A bucket with the protocol of Amazon S3. */
export interface BucketSettings {
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The account at fal. */
export interface FalSettings {
  readonly apiKey: string;
  /** Id of the account, by which its webhooks are recognized. `null`: generations whose response was lost end as failed. */
  readonly userId: string | null;
  /** Origin of a fake. `null`: fal's own. */
  readonly origin: string | null;
}

/** The settings of one process. */
export interface Settings {
  readonly role: Role;
  /** 0 selects a free port. */
  readonly port: number;
  /** `null`: all interfaces. */
  readonly host: string | null;
  /** Public origin of the studio, without a slash at its end. */
  readonly url: string;
  /** `postgres:` URL of the database. Its user must be able to create tables and functions. */
  readonly databaseUrl: string;
  /** At least 32 characters. Signs the cookies of sessions, and the URLs of media. */
  readonly secret: string;
  /** Folder of the demo vendor's jobs and, without a bucket, of the media. All processes need the same one. */
  readonly dataFolder: string;
  /** Folder of the media without a bucket. @default `media` in `dataFolder` */
  readonly mediaFolder: string;
  /** `null`: media are files in `mediaFolder`. */
  readonly bucket: BucketSettings | null;
  readonly stripe: {
    readonly apiKey: string;
    /** Signing secret of the webhook endpoint: `whsec_…`. */
    readonly webhookSecret: string;
    /** Origin of the API, such as that of a fake. `null`: Stripe's own. */
    readonly apiOrigin: string | null;
  };
  /** `null`: media come from the demo provider, without a key. */
  readonly fal: FalSettings | null;
  /** Words that no prompt of a delivered output may contain, in lower case. */
  readonly blockedWords: readonly string[];
  /** Duration of one step of the demo provider, in milliseconds. */
  readonly stepMs: number;
  /** How long a generation of a killed worker waits for another one, in milliseconds. */
  readonly leaseMs: number;
  /** How long the worker reconciles a paid request without a response, in milliseconds. */
  readonly reconcileForMs: number;
}

/** A variable that is missing or invalid. The message names it, and the fix. */
class SettingsError extends Error {
  override readonly name = "SettingsError";
}

const minSecretLength = 32;

/** Reads the settings. No message repeats a value that may be a secret. @throws {SettingsError} */
export function readSettings(environment: Environment): Settings {
  const dataFolder = optional(environment, "STUDIO_DATA") ?? ".data";
  return {
    role: readRole(optional(environment, "STUDIO_ROLE") ?? "all"),
    port: readInteger(environment, { name: "PORT", fallback: 3000, min: 0 }),
    host: optional(environment, "HOST"),
    url: readOrigin(required(environment, "STUDIO_URL")),
    databaseUrl: required(environment, "DATABASE_URL"),
    secret: readSecret(required(environment, "STUDIO_SECRET")),
    dataFolder,
    mediaFolder: optional(environment, "STUDIO_MEDIA") ?? `${dataFolder}/media`,
    bucket: readBucket(environment),
    stripe: {
      apiKey: required(environment, "STRIPE_SECRET_KEY"),
      webhookSecret: required(environment, "STRIPE_WEBHOOK_SECRET"),
      apiOrigin: optional(environment, "STRIPE_API_ORIGIN"),
    },
    fal: readFal(environment),
    blockedWords: (optional(environment, "STUDIO_BLOCKED_WORDS") ?? "gore,celebrity")
      .split(",")
      .map((word) => word.trim().toLowerCase())
      .filter((word) => word !== ""),
    stepMs: readInteger(environment, { name: "STUDIO_STEP_MS", fallback: 400, min: 1 }),
    leaseMs: readInteger(environment, { name: "STUDIO_LEASE_MS", fallback: 10_000, min: 1_000 }),
    reconcileForMs: readInteger(environment, { name: "STUDIO_RECONCILE_MS", fallback: 600_000, min: 1_000 }),
  };
}

/** A blank variable counts as unset. */
function optional(environment: Environment, name: string): string | null {
  const value = environment[name]?.trim();
  return value === undefined || value === "" ? null : value;
}

function required(environment: Environment, name: string): string {
  const value = optional(environment, name);
  if (value === null) throw new SettingsError(`${name} is not set: see "Environment" in README.md`);
  return value;
}

function readRole(text: string): Role {
  const role = roles.find((known) => known === text);
  if (role === undefined) throw new SettingsError(`Invalid STUDIO_ROLE "${text}": use ${roles.join(", ")}`);
  return role;
}

function readOrigin(text: string): string {
  const origin = URL.canParse(text) ? new URL(text).origin : "null";
  if (!origin.startsWith("http"))
    throw new SettingsError(`Invalid STUDIO_URL "${text}": use an origin such as https://studio.example`);
  return origin;
}

function readSecret(secret: string): string {
  if (secret.length >= minSecretLength) return secret;
  throw new SettingsError(`STUDIO_SECRET is too short: use at least ${minSecretLength} random characters`);
}

function readBucket(environment: Environment): BucketSettings | null {
  const endpoint = optional(environment, "S3_ENDPOINT");
  if (endpoint === null) return null;
  return {
    endpoint,
    bucket: required(environment, "S3_BUCKET"),
    region: optional(environment, "S3_REGION") ?? "us-east-1",
    accessKeyId: required(environment, "S3_ACCESS_KEY_ID"),
    secretAccessKey: required(environment, "S3_SECRET_ACCESS_KEY"),
  };
}

function readFal(environment: Environment): FalSettings | null {
  const apiKey = optional(environment, "FAL_KEY");
  if (apiKey === null) return null;
  return { apiKey, userId: optional(environment, "FAL_USER_ID"), origin: optional(environment, "FAL_ORIGIN") };
}

function readInteger(
  environment: Environment,
  { name, fallback, min }: { readonly name: string; readonly fallback: number; readonly min: number },
): number {
  const text = optional(environment, name);
  const value = text === null ? fallback : Number(text);
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw new SettingsError(`Invalid ${name} "${text}": use an integer from ${min}`);
}
