import type { Context } from "hono";
import type { OperatorActionName } from "../ports/store/operator-store.js";

/** The permissions beyond reading: one for each action that is recorded. */
export type AdminPermission = OperatorActionName;

/** An operator, as the host's `authorize` returns it. */
export interface AdminOperator {
  /** Name or address, 1 to 200 characters. Each action is recorded with it. */
  readonly actor: string;
  /** `"read"` permits no action, `"everything"` all of them. A list permits reading and these actions. */
  readonly may: "everything" | "read" | readonly AdminPermission[];
}

/** The request that `authorize` decides. */
export interface AuthorizeRequest {
  readonly request: Request;
  readonly headers: Headers;
  /** Hono's context, if the page is mounted in a Hono app of the host. */
  readonly context?: Context;
  /** The `IncomingMessage` of Node's http server, as in `identify`. */
  readonly incoming?: object;
}

/** Options of {@link createAdmin}. */
export interface AdminOptions {
  /**
   * Decides each request, also of style sheets. `null`: the response is 404, as if there were no page. If it throws, the
   * error is logged, and the response is 404, too.
   */
  readonly authorize: (request: AuthorizeRequest) => AdminOperator | null | Promise<AdminOperator | null>;
  /**
   * The path of the mount, without a slash at its end.
   *
   * @default "/admin/safelight"
   */
  readonly basePath?: string;
  /** URL to which a `GET` of a page redirects when `authorize` returns `null`. @default none: 404 */
  readonly signIn?: string;
  /**
   * Inputs and images of owners, and messages and job handles of vendors, which may quote them. `"logged"`: hidden until an
   * operator reveals them, which is recorded. `"never"`: always hidden.
   *
   * @default "logged"
   */
  readonly reveal?: "logged" | "never" | "always";
  /** Pages of the host for its users and accounts. The URLs are not checked. @default none */
  readonly links?: {
    readonly owner?: (ownerId: string) => string;
    readonly account?: (accountId: string) => string;
  };
  /** Origins from which the page may load images, besides its own and that of `publicUrl`. For buckets. @default none */
  readonly imageOrigins?: readonly string[];
  /**
   * Max rows that one search or count reads, from 100 to 1,000,000.
   *
   * @default 20_000
   */
  readonly scanLimit?: number;
  /** @default "Safelight" */
  readonly title?: string;
}

/** The options with their defaults. */
export interface AdminSettings extends Required<Omit<AdminOptions, "links" | "signIn">> {
  readonly links: NonNullable<AdminOptions["links"]>;
  readonly signIn: string | null;
}

/** @throws {TypeError} without `authorize`. @throws {RangeError} for a `scanLimit` outside of its range. */
export function resolveAdminOptions(options: AdminOptions): AdminSettings {
  const { authorize, basePath = "/admin/safelight", scanLimit = 20_000 } = options;
  if (typeof authorize !== "function") {
    throw new TypeError("createAdmin needs `authorize`: without it, the page would be open to everyone.");
  }
  if (!/^(\/[^/?#]+)+$/.test(basePath)) {
    throw new TypeError(`Invalid basePath "${basePath}": use a path such as "/admin/safelight".`);
  }
  if (!Number.isSafeInteger(scanLimit) || scanLimit < 100 || scanLimit > 1_000_000) {
    throw new RangeError(`scanLimit must be a whole number from 100 to 1000000, not ${scanLimit}.`);
  }
  return {
    authorize,
    basePath,
    scanLimit,
    signIn: options.signIn ?? null,
    reveal: options.reveal ?? "logged",
    links: options.links ?? {},
    imageOrigins: options.imageOrigins ?? [],
    title: options.title ?? "Safelight",
  };
}

/** Whether an operator has a permission. */
export function isPermitted({ may }: AdminOperator, permission: AdminPermission): boolean {
  return may === "everything" || (may !== "read" && may.includes(permission));
}
