/** A connection that a scenario allows: a name or address, with its addresses at that time. */
export interface Connection {
  /** Without brackets. */
  readonly hostname: string;
  readonly addresses: readonly string[];
  /** @default 443 */
  readonly port?: number;
}

/** Response of the last host. */
export type LastResponse = "an image" | "a gzip bomb" | "an endless body" | "too long a body" | "half a body";

/** One link with its hosts, and the expected connections. */
export interface Scenario {
  readonly name: string;
  /** The provider's `mediaHosts`. */
  readonly hosts: readonly string[];
  /** The link and its redirects, in order. */
  readonly urls: readonly [string, ...string[]];
  /** Addresses of each name, by DNS lookup; the last entry repeats. */
  readonly names?: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** @default "an image" */
  readonly response?: LastResponse;
  /** The exact connections, in order. */
  readonly connects: readonly Connection[];
  readonly ends: "copied" | "refused" | "thrown";
}

/** Default `mediaHosts` of a scenario. */
export const providerHosts = ["media.example", "*.cdn.example"] as const;

/** The first of these hosts. */
export const media: Connection = { hostname: "media.example", addresses: ["93.184.215.14"] };

/** A link to it. */
export const link = "https://media.example/a.png";
