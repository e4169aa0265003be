import type { Context } from "hono";
import { pathUnder } from "../http/request/path-under.js";
import { checkOptionNames, type OptionNames } from "../model/check-option-names.js";
import { invalidOption, withSetupCode } from "../ports/setup-error.js";
import type { OperatorActionName } from "../ports/store/operator-store.js";
import { type MoneyOptions, type MoneySettings, resolveMoney } from "./money-settings.js";

/** The permissions beyond reading: one for each action that is recorded. */
export type AdminPermission = OperatorActionName;

const permissions: Readonly<Record<AdminPermission, true>> = {
  cancel: true,
  wake: true,
  end: true,
  refund: true,
  adjust: true,
  retry: true,
  delete: true,
  announce: true,
  deliver: true,
  drop: true,
  reveal: true,
  reveal_vendor_details: true,
  audit: true,
};

const optionNames: OptionNames<AdminOptions> = {
  authorize: true,
  basePath: true,
  signIn: true,
  reveal: true,
  links: true,
  mediaOrigins: true,
  origins: true,
  scanLimit: true,
  bulkLimit: true,
  title: true,
  creditValue: true,
  vendorPrices: true,
};

/** An operator, as the host's `authorize` returns it. */
export interface AdminOperator {
  /** Name or address, 1 to 200 characters. Each action is recorded with it. */
  readonly actor: string;
  /** `"read"` permits no action, `"everything"` all of them. A list permits reading and these actions. */
  readonly may: "everything" | "read" | readonly AdminPermission[];
}

/** The request to authorize. */
export interface AuthorizeRequest {
  readonly request: Request;
  readonly headers: Headers;
  /** Hono's context, if the page is mounted in a Hono app of the host. */
  readonly context?: Context;
  /** The `IncomingMessage` of Node's http server, as in `identify`. */
  readonly incoming?: object;
}

/** Options of {@link createAdmin}. */
export interface AdminOptions extends MoneyOptions {
  /**
   * Authorizes each request, also those of style sheets. `null`: the response is 404, as if there were no page. If it throws, the
   * error is logged, and the response is 404, too.
   */
  readonly authorize: (request: AuthorizeRequest) => AdminOperator | null | Promise<AdminOperator | null>;
  /**
   * The path of the mount, without a slash at its end.
   *
   * @default "/admin/safelight"
   */
  readonly basePath?: string;
  /**
   * URL to which a `GET` of a page redirects when `authorize` returns `null`: absolute, or a path outside of `basePath`.
   *
   * @default none: 404
   */
  readonly signIn?: string;
  /**
   * Whether the page shows the content of owners: inputs and outputs, and the messages and job handles of vendors, which may quote
   * them. `"logged"`: hidden until an operator reveals it, which is recorded. `"always"`: shown without a record. Both need the
   * permission `reveal`; for the messages and handles alone, `reveal_vendor_details` suffices. `"never"`: hidden from everyone.
   *
   * @default "logged"
   */
  readonly reveal?: "logged" | "never" | "always";
  /**
   * Pages of the host for its users and accounts. The page renders these URLs unchecked: never return a `javascript:` URL. No
   * link if one throws.
   *
   * @default none
   */
  readonly links?: {
    readonly owner?: (ownerId: string) => string;
    readonly account?: (accountId: string) => string;
  };
  /**
   * Origins from which the page may load images, videos and audio, besides its own and that of `publicUrl`, such as
   * `"https://bucket.example"`. Needed when outputs redirect to a bucket.
   *
   * @default none
   */
  readonly mediaOrigins?: readonly string[];
  /**
   * Origins of the page itself, such as `"https://admin.example"`, besides that of `publicUrl`. A browser's write from another
   * origin is refused, unless the page is opened on this machine as `localhost` or by a loopback address.
   *
   * @default none
   */
  readonly origins?: readonly string[];
  /**
   * Max rows that one search or count reads, from 100 to 1,000,000.
   *
   * @default 20_000
   */
  readonly scanLimit?: number;
  /**
   * Max generations of one bulk action, from 1 to 10,000.
   *
   * @default 1_000
   */
  readonly bulkLimit?: number;
  /** Name of the page, in its header and in the browser's tab. @default "Safelight" */
  readonly title?: string;
}

/** The options with their defaults. */
export interface AdminSettings
  extends Required<Omit<AdminOptions, "links" | "signIn" | keyof MoneyOptions>>,
    MoneySettings {
  readonly links: NonNullable<AdminOptions["links"]>;
  readonly signIn: string | null;
}

/**
 * @throws {TypeError} without `authorize`, or for an unknown or malformed option.
 * @throws {RangeError} for a `scanLimit` or `bulkLimit` outside of its range.
 */
export function resolveAdminOptions(options: AdminOptions): AdminSettings {
  checkOptionNames(options, { where: "createAdmin", names: optionNames });
  const { authorize, basePath = "/admin/safelight", bulkLimit = 1_000, scanLimit = 20_000 } = options;
  const {
    mediaOrigins = [],
    links = {},
    origins = [],
    reveal = "logged",
    signIn = null,
    title = "Safelight",
  } = options;
  if (typeof authorize !== "function") {
    throw withSetupCode(
      "option_missing",
      new TypeError("createAdmin needs `authorize`: without it, the page would be open to everyone."),
    );
  }
  if (typeof basePath !== "string" || !/^(\/[^/?#]+)+$/.test(basePath)) {
    throw invalidOption(`Invalid basePath "${basePath}": use a path such as "/admin/safelight".`);
  }
  checkRange("scanLimit", { value: scanLimit, min: 100, max: 1_000_000 });
  checkRange("bulkLimit", { value: bulkLimit, min: 1, max: 10_000 });
  if (reveal !== "logged" && reveal !== "never" && reveal !== "always") {
    throw invalidOption(`Invalid reveal "${reveal}": use "logged", "never" or "always".`);
  }
  if (signIn !== null && !isSignIn(signIn, basePath)) {
    throw invalidOption(`Invalid signIn "${signIn}": use an http URL, or a path outside of ${basePath}.`);
  }
  checkOrigins("mediaOrigins", mediaOrigins);
  checkOrigins("origins", origins);
  checkOptionNames(links, { where: "links", names: { owner: true, account: true } });
  if (Object.values(links).some((link) => link !== undefined && typeof link !== "function")) {
    throw invalidOption("Invalid links: owner and account are functions from an id to a URL.");
  }
  if (typeof title !== "string") throw invalidOption("Invalid title: use a string.");
  const money = resolveMoney(options);
  return { authorize, basePath, bulkLimit, scanLimit, signIn, reveal, links, mediaOrigins, origins, title, ...money };
}

function checkRange(
  name: string,
  { max, min, value }: { readonly value: number; readonly min: number; readonly max: number },
): void {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return;
  const message = `${name} must be a whole number from ${min} to ${max}, not ${value}.`;
  throw withSetupCode("option_invalid", new RangeError(message));
}

/** A path below the page would redirect to itself. */
function isSignIn(url: string, basePath: string): boolean {
  if (typeof url !== "string" || !/^(\/|https?:\/\/)/.test(url)) return false;
  const origin = "http://localhost";
  return URL.canParse(url, origin) && (!url.startsWith("/") || pathUnder(basePath, new URL(url, origin).href) === null);
}

/** A wildcard of `origins` matches nothing: an `Origin` is compared as a whole. */
function checkOrigins(option: "mediaOrigins" | "origins", origins: unknown): void {
  const isValid = (origin: unknown) => isOrigin(origin) && (option === "mediaOrigins" || !origin.includes("*"));
  const invalid: unknown = Array.isArray(origins) ? origins.find((origin) => !isValid(origin)) : origins;
  if (invalid === undefined) return;
  throw invalidOption(`Invalid ${option} "${invalid}": use a list of origins such as "https://bucket.example".`);
}

/** Origins are part of a header, in which `;` and `,` separate directives and policies. */
function isOrigin(origin: unknown): origin is string {
  return typeof origin === "string" && /^https?:[\w.:*[\]/-]+$/.test(origin) && originOf(origin) === origin;
}

const originOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).origin : null);

/** Whether a value of `authorize` lists permissions that exist. */
export function isPermissions(may: unknown): may is readonly AdminPermission[] {
  return Array.isArray(may) && may.every((name) => typeof name === "string" && Object.hasOwn(permissions, name));
}

/** Whether an operator has a permission. The permission to see all content includes the errors. */
export function isPermitted({ may }: AdminOperator, permission: AdminPermission): boolean {
  if (may === "everything" || may === "read") return may === "everything";
  return may.includes(permission) || (permission === "reveal_vendor_details" && may.includes("reveal"));
}
